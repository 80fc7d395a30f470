#include "traces/script.hpp"

#include <fmt/format.h>

#include "traces/line_parser.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces {
namespace {

Result<Step> parse_step(LineParser& parser, std::vector<std::string>& words) {
  Step step;
  if (words[0] == "wake" || words[0] == "row") {
    step.kind = words[0] == "wake" ? Step::Kind::wake : Step::Kind::row;
    const std::size_t arguments = step.kind == Step::Kind::wake ? 1 : 0;
    if (words.size() - 1 != arguments) {
      return Error{
          fmt::format("{} takes {} argument{}", words[0], arguments, arguments == 1 ? "" : "s")};
    }
    if (step.kind == Step::Kind::row) return step;
    auto count = parse_number(words[1]);
    if (!count) return count.error();
    step.count = *count;
    return step;
  }
  if (words[0] == "set?") {
    step.kind = Step::Kind::set_if_there;
    words[0] = "set";
  }
  auto operation = parser.parse(words);
  if (!operation) return operation.error();
  if (auto r = parser.apply(*operation); !r) return r.error();
  step.operation = *std::move(operation);
  return step;
}

}  // namespace

Result<Script> parse_script(std::string_view text, const std::string& name) {
  Script script;
  LineParser parser{Dialect::script};
  std::vector<std::string> words;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    const auto place = [&](const Error& error) {
      return Error{fmt::format("{}:{}: {}", name, line, error.text)};
    };
    if (auto r = split_words(text.substr(0, end), Quotes::plain, words); !r) {
      return place(r.error());
    }
    if (!words.empty()) {
      auto step = parse_step(parser, words);
      if (!step) return place(step.error());
      step->line = line;
      script.steps.push_back(*std::move(step));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return script;
}

}  // namespace ksmsim::traces
