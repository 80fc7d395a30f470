#include "traces/line_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "traces/format.hpp"
#include "traces/script.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces {
namespace {

using input::Operation;

constexpr std::array<std::string_view, 7> kScriptKnobs = {"run",
                                                          "pages_to_scan",
                                                          "smart_scan",
                                                          "use_zero_pages",
                                                          "max_page_sharing",
                                                          "merge_across_nodes",
                                                          "stable_node_chains_prune_millisecs"};

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

// One of two words as the first or second value of an enumeration.
template <class Enum>
Result<Enum> one_of(std::string_view word, std::string_view first, std::string_view second) {
  if (word == first) return Enum{0};
  if (word == second) return Enum{1};
  return Error{fmt::format("{} is not {} or {}", shown(word), first, second)};
}

std::string expected(std::size_t least, std::size_t most) {
  if (most == kAnyNumber) return fmt::format("{} or more arguments", least);
  if (least == most) return fmt::format("{} argument{}", least, least == 1 ? "" : "s");
  return fmt::format("{} or {} arguments", least, most);
}

}  // namespace

struct LineParser::Verb {
  std::string_view word;
  std::size_t least, most;  // Arguments in the text form of traces.
  std::size_t script_most;  // In scripts; kNotThere if scripts lack the verb.
  Parse parse;
};

std::span<const LineParser::Verb> LineParser::verbs() {
  using namespace input;
  using P = LineParser;
  constexpr std::size_t kNotThere = kAnyNumber;
  static constexpr std::array kVerbs = {
      Verb{"mm", 1, 1, 1, &P::begin},
      Verb{"fork", 2, 2, 2, &P::fork},
      Verb{"exit", 1, 1, 1, &P::exit},
      Verb{"map", 3, 4, 4, &P::map},
      Verb{"unmap", 3, 3, 3, &P::ranged<Unmap>},
      Verb{"advise", 4, 4, 4, &P::advise},
      Verb{"optin", 2, 2, kNotThere, &P::opt_in},
      Verb{"write", 4, 5, 4, &P::write},
      Verb{"read", 3, 4, 3, &P::read},
      Verb{"discard", 3, 3, 3, &P::ranged<Discard>},
      Verb{"swapout", 3, 3, 3, &P::ranged<SwapOut>},
      Verb{"swapall", 0, 0, 0, &P::swap_all},
      Verb{"swapin", 3, 3, kNotThere, &P::ranged<SwapIn>},
      Verb{"huge", 4, 4, 4, &P::switched<Huge, &Huge::huge>},
      Verb{"node", 4, 4, 4, &P::noded<SetNode>},
      Verb{"move", 4, 4, 4, &P::noded<Move>},
      Verb{"pin", 4, 4, 4, &P::switched<Pin, &Pin::pinned>},
      Verb{"observe", 4, 4, kNotThere, &P::observe},
      Verb{"set", 2, 2, 2, &P::set},
      Verb{"counters", 0, kAnyNumber, kNotThere, &P::counters},
      Verb{"collapse", 3, 3, 3, &P::ranged<Collapse>},
      Verb{"activity", 1, 2, kNotThere, &P::activity},
  };
  static_assert(kVerbs.size() == std::variant_size_v<Operation>);
  return kVerbs;
}

LineParser::LineParser(Dialect dialect, std::span<const std::string> classes) : dialect_(dialect) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    classes_.emplace(classes[i], ClassId{static_cast<ClassId::rep>(i)});
  }
}

Result<Operation> LineParser::parse(std::span<const std::string> words) const {
  const bool script = dialect_ == Dialect::script;
  for (const Verb& verb : verbs()) {
    if (verb.word != words[0] || (script && verb.script_most == kAnyNumber)) continue;
    const Words arguments = words.subspan(1);
    const std::size_t most = script ? verb.script_most : verb.most;
    if (arguments.size() < verb.least || arguments.size() > most) {
      return Error{fmt::format("{} takes {}", verb.word, expected(verb.least, most))};
    }
    return (this->*verb.parse)(arguments);
  }
  return Error{shown(words[0]) + " is not an operation"};
}

Result<MmId> LineParser::mm(const std::string& name) const {
  const MmId* found = checker_.find(name);
  if (found == nullptr) return Error{fmt::format("no mm {} here", shown(name))};
  return *found;
}

Result<input::PageRange> LineParser::range(Words words) const {
  const std::uint64_t page_end = dialect_ == Dialect::script ? kScriptPageEnd : kPageIndexEnd;
  auto id = mm(words[0]);
  if (!id) return id.error();
  auto start = parse_number(words[1], page_end);
  if (!start) return start.error();
  auto count = parse_number(words[2], page_end);
  if (!count) return count.error();
  if (*count == 0) return Error{"a range of no pages"};
  if (*start + *count > page_end) {
    return Error{fmt::format("the range ends beyond page {}", page_end)};
  }
  return input::PageRange{*id, PageIndex{*start}, PageCount{*count}};
}

Result<input::Contents> LineParser::listed(std::string_view numbers) const {
  input::Contents contents;
  while (true) {
    const std::size_t comma = numbers.find(',');
    auto number = parse_number(numbers.substr(0, comma));
    if (!number) return number.error();
    contents.each.push_back(*number);
    if (comma == std::string_view::npos) return contents;
    numbers.remove_prefix(comma + 1);
  }
}

Result<input::Contents> LineParser::contents(std::string_view word, std::uint64_t count) const {
  if (word == "zero") return input::Contents{};
  if (dialect_ == Dialect::trace && word.starts_with("list:")) return listed(word.substr(5));
  const std::size_t colon = word.find(':');
  const std::string_view form = word.substr(0, colon);
  if (colon == std::string_view::npos || (form != "c" && form != "seq" && form != "mod")) {
    return Error{shown(word) + " is not a content"};
  }
  std::string_view first = word.substr(colon + 1), period;
  if (form == "mod") {
    const std::size_t second = first.find(':');
    if (second == std::string_view::npos) {
      return Error{fmt::format("content {} lacks its M", shown(word))};
    }
    period = first.substr(second + 1);
    first = first.substr(0, second);
  }
  auto id = parse_number(first);
  if (!id) return id.error();
  input::Contents contents{.first = *id, .period = form == "seq" ? count : 1, .each = {}};
  if (form == "mod") {
    auto m = parse_number(period);
    if (!m) return m.error();
    if (*m == 0) return Error{fmt::format("M of {} is zero", shown(word))};
    contents.period = *m;
  }
  return contents;
}

Result<Operation> LineParser::begin(Words words) const {
  return Operation{input::Begin{checker_.next_mm(), words[0]}};
}

Result<Operation> LineParser::fork(Words words) const {
  auto parent = mm(words[0]);
  if (!parent) return parent.error();
  return Operation{input::Fork{*parent, checker_.next_mm(), words[1]}};
}

Result<Operation> LineParser::exit(Words words) const {
  auto id = mm(words[0]);
  if (!id) return id.error();
  return Operation{input::End{*id}};
}

Result<Operation> LineParser::map(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  if (words.size() == 3) return Operation{input::Map{*pages, input::Mergeable::yes}};
  if (words[3] != "plain") return Error{shown(words[3]) + " is not 'plain'"};
  return Operation{input::Map{*pages, input::Mergeable::no}};
}

Result<Operation> LineParser::advise(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  auto advice = one_of<input::Mergeable>(words[3], "unmergeable", "mergeable");
  if (!advice) return advice.error();
  return Operation{input::Advise{*pages, *advice}};
}

Result<Operation> LineParser::opt_in(Words words) const {
  auto id = mm(words[0]);
  if (!id) return id.error();
  auto merge_any = one_of<input::Switch>(words[1], "off", "on");
  if (!merge_any) return merge_any.error();
  return Operation{input::OptIn{*id, *merge_any}};
}

Result<Operation> LineParser::activity(Words words) const {
  auto id = mm(words[0]);
  if (!id) return id.error();
  return Operation{input::Activity{*id, words.size() > 1 ? words[1] : std::string{}}};
}

Result<Operation> LineParser::write(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  auto what = contents(words[3], pages->count.value);
  if (!what) return what.error();
  ClassId page_class;
  if (words.size() == 5) {
    const auto found = classes_.find(words[4]);
    if (found == classes_.end()) {
      return Error{fmt::format("the header names no class {}", shown(words[4]))};
    }
    page_class = found->second;
  }
  return Operation{input::Write{*pages, *std::move(what), page_class}};
}

Result<Operation> LineParser::read(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  input::Read read{*pages, 1};
  if (words.size() == 4) {
    auto times = parse_number(words[3]);
    if (!times) return times.error();
    if (*times == 0) return Error{"pages are read 0 times, not 1 or more"};
    read.times = *times;
  }
  return Operation{read};
}

Result<Operation> LineParser::swap_all(Words) const { return Operation{input::SwapAll{}}; }

Result<Operation> LineParser::observe(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  auto seen = one_of<input::Seen>(words[3], "merged", "swapped");
  if (!seen) return seen.error();
  return Operation{input::Observe{*pages, *seen}};
}

// A script's value is a number, which is handed on without leading zeros as the runner does.
Result<Operation> LineParser::set(Words words) const {
  if (dialect_ == Dialect::trace) return Operation{input::SetKnob{words[0], words[1]}};
  auto value = parse_number(words[1], std::numeric_limits<std::uint32_t>::max());
  if (!value) return value.error();
  if (std::find(kScriptKnobs.begin(), kScriptKnobs.end(), words[0]) == kScriptKnobs.end()) {
    return Error{shown(words[0]) + " is not a knob of a script"};
  }
  return Operation{input::SetKnob{words[0], std::to_string(*value)}};
}

Result<Operation> LineParser::counters(Words words) const {
  input::HostCounters counters;
  for (const std::string& word : words) {
    const std::size_t equals = word.rfind('=');
    if (equals == std::string::npos) return Error{shown(word) + " is not NAME=VALUE"};
    auto value = parse_signed(std::string_view{word}.substr(equals + 1));
    if (!value) return value.error();
    counters.values.emplace_back(word.substr(0, equals), *value);
  }
  return Operation{std::move(counters)};
}

template <class Op>
Result<Operation> LineParser::ranged(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  return Operation{Op{*pages}};
}

template <class Op>
Result<Operation> LineParser::noded(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  auto node = parse_number(words[3], kNodeEnd - 1);
  if (!node) return node.error();
  return Operation{Op{*pages, NumaNode{static_cast<NumaNode::rep>(*node)}}};
}

template <class Op, input::Switch Op::*member>
Result<Operation> LineParser::switched(Words words) const {
  auto pages = range(words);
  if (!pages) return pages.error();
  auto state = one_of<input::Switch>(words[3], "off", "on");
  if (!state) return state.error();
  Op op{.range = *pages};
  op.*member = *state;
  return Operation{op};
}

}  // namespace ksmsim::traces
