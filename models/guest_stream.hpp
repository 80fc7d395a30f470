// What one guest of a scenario does, as operations in the order of time. ScenarioSource merges the
// streams of all guests.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "models/pen.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::models {

// Numbers address spaces in the order in which they begin, over all guests.
class MmNumbers {
 public:
  MmId take() { return MmId{next_++}; }

 private:
  std::uint32_t next_ = 0;
};

class GuestStream {
 public:
  virtual ~GuestStream() = default;
  // When it does something next; kNever: never again.
  virtual Time next() const = 0;
  // Does what is due at next(), and writes it to the end of `out`, all at that time. An error if
  // what it is made from cannot be read. REQUIRES: next() is not kNever.
  virtual Result<void> act(Pen::Operations& out, MmNumbers& numbers) = 0;
  virtual std::unique_ptr<GuestStream> clone() const = 0;
};

}  // namespace ksmsim::models
