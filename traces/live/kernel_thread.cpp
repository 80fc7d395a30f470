#include "traces/live/kernel_thread.hpp"

#include <dirent.h>

#include <cstdlib>
#include <ctime>
#include <memory>

#include "traces/live/interrupt.hpp"

namespace ksmsim::traces::live {
namespace {

void short_sleep(long nanoseconds) {
  const timespec time{0, nanoseconds};
  nanosleep(&time, nullptr);
}

// Whether /proc/PID/stat is of a child of kthreadd (process 2) of this name.
bool is_kernel_thread(const std::string& stat, const std::string& name) {
  const std::size_t open = stat.find('('), close = stat.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return false;
  // After the name: " S PARENT ...".
  return stat.substr(open + 1, close - open - 1) == name && stat.compare(close + 3, 3, " 2 ") == 0;
}

}  // namespace

Result<KernelThread> KernelThread::find(const std::string& name) {
  const std::unique_ptr<DIR, int (*)(DIR*)> proc{opendir("/proc"), closedir};
  while (const dirent* entry = proc ? readdir(proc.get()) : nullptr) {
    const std::string folder = std::string("/proc/") + entry->d_name;
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    auto stat = SysFile::open(folder + "/stat");
    if (!stat) continue;  // It ended meanwhile.
    auto text = stat->text();
    if (!text || !is_kernel_thread(*text, name)) continue;
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

}  // namespace ksmsim::traces::live
