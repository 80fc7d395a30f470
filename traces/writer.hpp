// Writes guests.bin (docs/trace-format.md) to a stream, one block in memory.
//
// The same header and operations give the same bytes (with the same zstd library). A trace without
// finish() has no index and reads as truncated.
#pragma once
#include <memory>
#include <ostream>
#include <string>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "traces/header.hpp"

namespace ksmsim::traces {

class TraceWriter {
 public:
  // Writes the header, or says what is wrong with it. `out` outlives the writer.
  static Result<TraceWriter> create(std::ostream& out, const TraceHeader& header);
  TraceWriter(TraceWriter&&) noexcept;
  TraceWriter& operator=(TraceWriter&&) noexcept;
  ~TraceWriter();

  // Adds an operation that is possible after those before it (OperationChecker) and that the
  // format can hold, or says why not; it is not added then. A write of more than kListMax listed
  // contents becomes several. REQUIRES: not finished.
  Result<void> add(const input::TimedOperation& timed);
  // Ends the block that is being filled, so that all that was added stands in the stream. REQUIRES:
  // not finished.
  Result<void> end_block();
  // Index and trailer, as they stand behind the blocks that are written: with them the stream's
  // bytes are a whole trace. REQUIRES: not finished, no operation added since end_block().
  Result<std::string> ending() const;
  // Writes the last block, the index and the trailer. REQUIRES: not finished.
  Result<void> finish();

 private:
  struct State;
  explicit TraceWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ksmsim::traces
