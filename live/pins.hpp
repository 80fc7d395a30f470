// Long-term pins on pages of the calling process, each by a registered buffer of an io_uring of its
// own (FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE, as VFIO and RDMA take them). Letting go of one takes
// effect before the call returns.
#pragma once
#include <cstdint>
#include <map>

#include "live/descriptor.hpp"

namespace ksmsim::live {

class Pins {
 public:
  // Pins each page of the range that is not pinned yet. The kernel makes absent pages present and
  // breaks sharing. Returns 0 or an errno.
  int pin(std::uint64_t start, std::uint64_t count);
  // Lets go of the pinned pages of the range. Returns 0 or an errno.
  int let_go(std::uint64_t start, std::uint64_t count);
  // Closes what a child of fork has inherited: its parent's pins are not its own.
  void forget() { rings_.clear(); }

 private:
  std::map<std::uint64_t, Descriptor> rings_;  // By page index.
};

}  // namespace ksmsim::live
