#include "live/capture/page_map.hpp"

#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "live/sys_file.hpp"

namespace ksmsim::live::capture {

Result<PageMap> PageMap::of(pid_t process) {
  const std::string path = "/proc/" + std::to_string(process) + "/pagemap";
  PageMap map;
  map.file_ = live::Descriptor{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!map.file_.open()) return live::system_error(path, errno);
  return map;
}

Result<void> PageMap::read(PageIndex start, std::span<PageEntry> entries) const {
  const auto at = static_cast<off_t>(start.value * sizeof(PageEntry));
  const ssize_t got = pread(file_.get(), entries.data(), entries.size_bytes(), at);
  if (got < 0) return live::system_error("a page map", errno);
  // It ends where the address space does: nothing is there.
  for (std::size_t i = static_cast<std::size_t>(got) / sizeof(PageEntry); i < entries.size(); ++i) {
    entries[i] = {};
  }
  // Nothing at all: the process has ended.
  if (got == 0) return live::system_error("a page map", ESRCH);
  return {};
}

namespace {

// In a container root may open all files and still be told no frames (CAP_SYS_ADMIN).
bool frames_are_told() {
  const auto map = PageMap::of(getpid());
  PageEntry entry;
  const auto here = reinterpret_cast<std::uintptr_t>(&entry);
  return map && map->read(PageIndex{here / kPageBytes}, {&entry, 1}) && entry.frame() != 0;
}

}  // namespace

FrameFlags::FrameFlags() {
  if (frames_are_told()) file_ = live::Descriptor{open("/proc/kpageflags", O_RDONLY | O_CLOEXEC)};
}

bool FrameFlags::has(std::uint64_t frame, int flag) const {
  std::uint64_t bits = 0;
  if (frame == 0 || !known()) return false;
  const auto at = static_cast<off_t>(frame * sizeof bits);
  return pread(file_.get(), &bits, sizeof bits, at) == sizeof bits && (bits >> flag & 1) != 0;
}

bool FrameFlags::zero(std::uint64_t frame) const { return has(frame, KPF_ZERO_PAGE); }
bool FrameFlags::merged(std::uint64_t frame) const { return has(frame, KPF_KSM); }
bool FrameFlags::huge(std::uint64_t frame) const { return has(frame, KPF_THP); }

}  // namespace ksmsim::live::capture
