// khugepaged: walks over address spaces, so many pages at a wake-up, and makes huge pages of small
// ones where the kernel would (HostMemory::collapse). What merging split, and what run 2 gave back,
// is rebuilt by it.
//
// A value: copying it copies its place.
#pragma once
#include <cstdint>

#include "sim/host/machine.hpp"

namespace ksmsim::host {

class Khugepaged {
 public:
  // Goes over `pages` pages, and stops early where no more huge pages than `huge_pages_max` may be
  // made (the host has no room). Each block of 512 that has a page counts as a whole.
  void scan(Machine& machine, std::int64_t pages, std::int64_t huge_pages_max);
  // Huge pages that it made so far.
  std::int64_t rebuilt() const { return rebuilt_; }

 private:
  MmId mm_{};
  std::uint64_t number_ = 0;  // Of the block that comes next, in mm_.
  std::int64_t rebuilt_ = 0;
};

}  // namespace ksmsim::host
