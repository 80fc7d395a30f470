// Splits huge pages that several processes map: debugfs split_huge_pages. The file system is
// mounted for this object alone and nobody else sees it. A kernel that is locked down refuses.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "live/descriptor.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class HugeSplitter {
 public:
  static Result<HugeSplitter> open();

  // Splits every huge page that the range of a script's pages touches, if the kernel can (it cannot
  // split one that is pinned).
  Result<void> split(pid_t process, std::uint64_t start, std::uint64_t count) const;

 private:
  Descriptor file_;
};

}  // namespace ksmsim::live
