// The text form of a trace (docs/trace-format.md): header lines, then one operation a line, led by
// its time as @SECONDS. Text and guests.bin say the same; each can be made from the other.
//
// Canonical text is what TextWriter writes: what is read from it is written as the same text again.
#pragma once
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "traces/header.hpp"
#include "traces/line_parser.hpp"

namespace ksmsim::traces {

// Writes to a stream, operation by operation.
class TextWriter {
 public:
  // Writes the header lines. `out` outlives the writer. REQUIRES: check_header().
  TextWriter(std::ostream& out, const TraceHeader& header);
  // Writes one line. REQUIRES: possible after those before it (as a TraceReader hands them out).
  void add(const input::TimedOperation& timed);

 private:
  std::ostream& out_;
  std::vector<std::string> classes_;
  std::map<MmId, std::string> names_;  // Of living address spaces.
};

// Reads from a stream, one line in memory.
class TextReader {
 public:
  // Reads the header lines. `in` outlives the reader. Errors are "NAME:LINE: what".
  static Result<TextReader> open(std::istream& in, const std::string& name);

  const TraceHeader& header() const { return header_; }
  // The next operation, which is possible after those before it; nothing at the end.
  Result<std::optional<input::TimedOperation>> next();

 private:
  TextReader(std::istream& in, std::string name) : in_(&in), name_(std::move(name)) {}
  Result<void> read_header();
  Result<void> header_line();
  Result<bool> read_line();
  Result<void> next_line();
  Result<input::TimedOperation> timed_operation();
  Error here(const Error& error) const;

  std::istream* in_;
  std::string name_;
  std::uint64_t line_ = 0;
  std::string buffer_;  // Read from the stream; used up to at_.
  std::size_t at_ = 0;
  std::string text_;                // The line.
  std::vector<std::string> words_;  // Of it; empty at the end of the input.
  TraceHeader header_;
  std::set<std::string> had_;  // Header words that have come.
  LineParser parser_{Dialect::trace};
};

// A time as the text form has it: seconds, with as many decimals as it takes (at most 9).
std::string seconds_text(Time at);
Result<Time> parse_seconds(std::string_view text);

// The word of the text form for this kind of operation.
std::string_view verb_of(const input::Operation& operation);

}  // namespace ksmsim::traces
