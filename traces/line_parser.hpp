// The grammar of operations, one a line: shared by lockstep scripts and the text form of traces,
// which differ in what they allow (Dialect).
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "sim/input/operation_checker.hpp"

namespace ksmsim::traces {

enum class Dialect : std::uint8_t {
  script,  // What a real kernel can be asked for; page indices below 2^32; the knobs of scripts.
  trace,   // All operations, classes and listed contents; page indices below kPageIndexEnd.
};

class LineParser {
 public:
  // `classes` are the names of classes by ClassId (none in scripts).
  explicit LineParser(Dialect dialect, std::span<const std::string> classes = {});

  // The operation that the words say, as names stand at this moment. It is not checked whether it
  // is possible, and not taken note of: apply() does that. REQUIRES: at least one word.
  Result<input::Operation> parse(std::span<const std::string> words) const;
  // Takes note of the operation, or says why it is not possible (OperationChecker).
  Result<void> apply(const input::Operation& operation) { return checker_.apply(operation); }
  Result<void> apply(const input::TimedOperation& timed) { return checker_.apply(timed); }

 private:
  using Words = std::span<const std::string>;  // Without the verb.
  using Parse = Result<input::Operation> (LineParser::*)(Words) const;
  struct Verb;
  static std::span<const Verb> verbs();

  Result<MmId> mm(const std::string& name) const;
  Result<input::PageRange> range(Words words) const;
  Result<input::Contents> contents(std::string_view word, std::uint64_t count) const;
  Result<input::Contents> listed(std::string_view numbers) const;

  Result<input::Operation> begin(Words words) const;
  Result<input::Operation> fork(Words words) const;
  Result<input::Operation> exit(Words words) const;
  Result<input::Operation> map(Words words) const;
  Result<input::Operation> advise(Words words) const;
  Result<input::Operation> opt_in(Words words) const;
  Result<input::Operation> activity(Words words) const;
  Result<input::Operation> write(Words words) const;
  Result<input::Operation> read(Words words) const;
  Result<input::Operation> swap_all(Words words) const;
  Result<input::Operation> observe(Words words) const;
  Result<input::Operation> set(Words words) const;
  Result<input::Operation> counters(Words words) const;
  template <class Op>
  Result<input::Operation> ranged(Words words) const;
  template <class Op>
  Result<input::Operation> noded(Words words) const;
  template <class Op, input::Switch Op::*member>
  Result<input::Operation> switched(Words words) const;

  Dialect dialect_;
  std::map<std::string, ClassId, std::less<>> classes_;
  input::OperationChecker checker_;
};

}  // namespace ksmsim::traces
