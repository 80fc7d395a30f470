#include "live/kernel_thread.hpp"

#include <cstdlib>
#include <ctime>

#include "live/interrupt.hpp"
#include "live/process.hpp"

namespace ksmsim::live {
namespace {

void short_sleep(long nanoseconds) {
  const timespec time{0, nanoseconds};
  nanosleep(&time, nullptr);
}

// All threads of the kernel are its children.
constexpr pid_t kKthreadd = 2;

}  // namespace

Result<KernelThread> KernelThread::find(const std::string& name) {
  for (const pid_t process : all_processes()) {
    const auto now = stat_of(process);
    if (!now || now->command != name || now->parent != kKthreadd) continue;
    const std::string folder = "/proc/" + std::to_string(process);
    auto stat = SysFile::open(folder + "/stat");
    if (!stat) return stat.error();
    KernelThread thread;
    thread.stat_ = *std::move(stat);
    if (auto syscall = SysFile::open(folder + "/syscall"); syscall) {
      thread.syscall_ = *std::move(syscall);
    }
    if (auto schedstat = SysFile::open(folder + "/schedstat"); schedstat) {
      thread.schedstat_ = *std::move(schedstat);
    }
    return thread;
  }
  return Error{"no " + name + " on this machine"};
}

Result<bool> KernelThread::waits() const {
  auto line = stat_.text();
  if (!line) return line.error();
  const std::size_t close = line->rfind(')');
  return close != std::string::npos && line->compare(close + 1, 2, " S") == 0;
}

Result<void> KernelThread::settle() const {
  for (int polls = 0;; ++polls) {
    auto asleep = waits();
    if (asleep && *asleep && syscall_) {
      auto off_cpu = syscall_->text();
      if (!off_cpu) return off_cpu.error();
      asleep = off_cpu->starts_with("running") ? Result<bool>(false) : waits();
    }
    if (!asleep) return asleep.error();
    if (*asleep) return {};
    if (auto r = Interrupt::check(); !r) return r;
    if (polls > 20) short_sleep(polls < 200 ? 20'000 : 200'000);
    if (polls > 1000) polls = 1000;
  }
}

Result<std::uint64_t> KernelThread::cpu_ns() const {
  if (!schedstat_) return Error{"this kernel does not tell the CPU time of threads (schedstat)"};
  const auto text = schedstat_->text();  // "CPU_NS WAITING_NS SLICES"
  if (!text) return text.error();
  return std::uint64_t{std::strtoull(text->c_str(), nullptr, 10)};
}

}  // namespace ksmsim::live
