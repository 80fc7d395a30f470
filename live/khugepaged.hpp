// The kernel's khugepaged, one round at a time, and the settings of transparent huge pages.
//
// khugepaged is kept with work to do (a region of our own), so that it always waits for
// scan_sleep_millisecs to pass, and that is set to a day or so. A write to the same file ends the
// wait: it then goes over all address spaces at once. It collapses only what is advised
// MADV_HUGEPAGE at that moment, which is nothing but the range that a script names.
#pragma once
#include "live/kernel_thread.hpp"
#include "live/saved_files.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class Khugepaged {
 public:
  // Remembers all settings, sets THP to `madvise` and khugepaged to its defaults, but for its
  // speed, and waits until it sleeps. Gives back an object that restores all with its end.
  static Result<Khugepaged> start();
  Khugepaged(Khugepaged&&) noexcept = default;
  Khugepaged& operator=(Khugepaged&&) noexcept = default;
  ~Khugepaged();

  // Has it go over everything that is advised, and returns when it sleeps again.
  Result<void> go_round() const;

 private:
  Khugepaged() = default;
  Result<void> set_up();

  SavedFiles saved_;
  KernelThread thread_;
  SysFile sleep_, rounds_;
};

}  // namespace ksmsim::live
