// Reads guests.bin (docs/trace-format.md) from a stream, one block in memory. The bytes are not
// trusted: nothing is believed before its checksum, no claim makes it allocate more than the input
// can hold, and every Error says at which byte.
//
// A block is handed out only when all of it is good: read from the beginning, every operation has
// passed the OperationChecker. Read from the middle (seek), operations are well formed and in the
// order of time, but whether they are possible is not checked, since what came before is unknown:
// they are for looking at, not for a Run.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "traces/header.hpp"
#include "traces/index.hpp"

namespace ksmsim::traces {

// What to do where the file is damaged behind its header: report an Error, or end there as if it
// were the end (after the last good block).
enum class OnDamage : std::uint8_t { fail, salvage };

// How much has been read and found good.
struct Good {
  std::uint64_t bytes = 0;  // Of the file, from its beginning.
  std::uint64_t blocks = 0;
  std::uint64_t operations = 0;
  Time first{}, last{};  // Of the operations; kStart if there is none.
};

class TraceReader {
 public:
  // Reads the header. The stream needs to be seekable only for index(), seek() and reopened().
  static Result<TraceReader> open(std::unique_ptr<std::istream> in,
                                  OnDamage on_damage = OnDamage::fail);
  TraceReader(TraceReader&&) noexcept;
  TraceReader& operator=(TraceReader&&) noexcept;
  ~TraceReader();

  const TraceHeader& header() const;
  // The next operation; nothing at the end of the trace, whose index and trailer are then good
  // too, or (salvage) where it is damaged.
  Result<std::optional<input::TimedOperation>> next();
  // What is good so far, in whole blocks; all bytes once next() has come to the end.
  const Good& good() const;
  // Why a salvaging reader ended early.
  const std::optional<Error>& damage() const;

  // The blocks of the file as its index has them. next() goes on where it was.
  Result<BlockIndex> index();
  // Goes to the beginning of a block of the index. From block 0 all is checked as after open();
  // from another, see above. good() then counts as if all before had been read.
  Result<void> seek(std::size_t block);

  // A second reader, independent of this one, that goes on from here on another stream of the same
  // bytes.
  Result<TraceReader> reopened(std::unique_ptr<std::istream> in) const;

 private:
  struct State;
  explicit TraceReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ksmsim::traces
