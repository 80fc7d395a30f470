// A thread of the kernel (ksmd, khugepaged) that carries out work when woken and then sleeps. It is
// at work while it runs or sleeps uninterruptibly, and waits when it sleeps interruptibly. It shows
// that state for an instant, on a CPU, each time it looks whether it has to wait: so it counts only
// when it is off the CPU.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "live/sys_file.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class KernelThread {
 public:
  // The thread of this name, or an error if there is none.
  static Result<KernelThread> find(const std::string& name);

  // Returns when the thread waits. A wake-up makes it runnable before the write that caused it
  // returns, so it cannot be missed here. An error if a signal came.
  Result<void> settle() const;

  // CPU time that the thread has used, in nanoseconds. Exact while it waits.
  Result<std::uint64_t> cpu_ns() const;

 private:
  Result<bool> waits() const;

  SysFile stat_;
  std::optional<SysFile> syscall_;    // Tells that it is off the CPU; not in every kernel.
  std::optional<SysFile> schedstat_;  // CPU time; not in every kernel.
};

}  // namespace ksmsim::live
