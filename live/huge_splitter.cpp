#include "live/huge_splitter.hpp"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "live/page_table.hpp"
#include "live/sys_file.hpp"

namespace ksmsim::live {

Result<HugeSplitter> HugeSplitter::open() {
  const Descriptor made{static_cast<int>(syscall(SYS_fsopen, "debugfs", FSOPEN_CLOEXEC))};
  if (!made.open()) return system_error("debugfs, which splits huge pages", errno);
  if (syscall(SYS_fsconfig, made.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return system_error("debugfs", errno);
  }
  const Descriptor root{static_cast<int>(syscall(SYS_fsmount, made.get(), FSMOUNT_CLOEXEC, 0))};
  if (!root.open()) return system_error("debugfs", errno);
  HugeSplitter splitter;
  splitter.file_ = Descriptor{openat(root.get(), "split_huge_pages", O_WRONLY | O_CLOEXEC)};
  if (!splitter.file_.open()) return system_error("debugfs split_huge_pages", errno);
  return splitter;
}

Result<void> HugeSplitter::split(pid_t process, std::uint64_t start, std::uint64_t count) const {
  const auto address = [](std::uint64_t page) {
    return std::to_string(reinterpret_cast<std::uintptr_t>(page_address(page)));
  };
  const std::string text =
      std::to_string(process) + "," + address(start) + "," + address(start + count);
  // The numbers are read as C would read them, so decimal will do.
  if (::write(file_.get(), text.data(), text.size()) < 0) {
    return system_error("debugfs split_huge_pages", errno);
  }
  return {};
}

}  // namespace ksmsim::live
