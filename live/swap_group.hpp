// The control group (v2) that all guest processes of a script with `swapall` are in, so that all
// their memory can be reclaimed at once, shared pages too. Gone with the object.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>

#include "live/sys_file.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class SwapGroup {
 public:
  static Result<std::unique_ptr<SwapGroup>> make();
  ~SwapGroup();
  SwapGroup(const SwapGroup&) = delete;
  SwapGroup& operator=(const SwapGroup&) = delete;

  // Takes the calling process in; false if it could not.
  static bool join();
  // All pages go to swap and leave the swap cache. `present` counts the pages that are still there.
  // A page with a mapping that the kernel cannot find stays; it is taken for one when nothing moves
  // for a while.
  Result<void> swap_all(const std::function<Result<std::uint64_t>()>& present) const;

 private:
  SwapGroup() = default;
  Result<void> reclaim() const;
  Result<std::int64_t> cached_bytes() const;

  SysFile reclaim_, stat_;
};

}  // namespace ksmsim::live
