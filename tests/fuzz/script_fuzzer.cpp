// Feeds the parsers of lockstep scripts (first byte 's') and of the text form (any other). What is
// accepted as text has to compile to a trace that gives the same text again.
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"
#include "sim/input/operation_checker.hpp"
#include "tests/traces/forge.hpp"
#include "traces/script.hpp"
#include "traces/text.hpp"

namespace {

using namespace ksmsim;
using namespace ksmsim::traces;

void feed_script(std::string_view text) {
  const auto script = parse_script(text, "s");
  if (!script) return;
  input::OperationChecker checker;
  for (const Step& step : script->steps) {
    if (step.kind == Step::Kind::wake || step.kind == Step::Kind::row) continue;
    KSM_CHECK(checker.apply(step.operation).ok());
  }
}

std::string text_of(const TraceHeader& header, const forge::Operations& operations) {
  std::ostringstream text;
  TextWriter writer{text, header};
  for (const auto& timed : operations) writer.add(timed);
  return text.str();
}

// The header and operations of the text, as far as it is good.
std::pair<TraceHeader, forge::Operations> parse(const std::string& text) {
  std::istringstream in{text};
  auto reader = TextReader::open(in, "t");
  if (!reader) return {};
  forge::Operations operations;
  while (true) {
    auto timed = reader->next();
    if (!timed || !*timed) return {reader->header(), std::move(operations)};
    operations.push_back(**std::move(timed));
  }
}

void feed_text(std::string_view text) {
  const auto [header, operations] = parse(std::string{text});
  // The rest takes longer than the parsing; one text of eight will do.
  if (hash_bytes(text) % 8 != 0) return;
  const auto bytes = forge::write(header, operations);
  KSM_CHECK(bytes.ok());
  const auto read = forge::read(*bytes);
  KSM_CHECK(read.ok() && *read == operations);
  const std::string canonical = text_of(header, operations);
  const auto [header_again, operations_again] = parse(canonical);
  KSM_CHECK(header_again == header && operations_again == operations);
  KSM_CHECK(text_of(header_again, operations_again) == canonical);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  if (input.empty()) return 0;
  if (input[0] == 's') {
    feed_script(input.substr(1));
  } else {
    feed_text(input.substr(1));
  }
  return 0;
}
