// What the kernel's page map tells of pages of a process without touching them: present or not, in
// swap, which frame. Frames are told to root only (CAP_SYS_ADMIN); without them a page that maps
// the kernel's page of zeros is recognised by its content and by being shared, and nothing is known
// of huge pages.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>

#include "live/descriptor.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live::capture {

// An entry of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst).
struct PageEntry {
  std::uint64_t bits = 0;

  bool present() const { return (bits >> 63 & 1) != 0; }
  bool swapped() const { return (bits >> 62 & 1) != 0; }
  // Of a file, or shared by mmap: nothing that KSM merges.
  bool of_file() const { return (bits >> 61 & 1) != 0; }
  bool mapped_once() const { return (bits >> 56 & 1) != 0; }
  // 0: not told.
  std::uint64_t frame() const { return present() ? bits & ((std::uint64_t{1} << 55) - 1) : 0; }
};

class PageMap {
 public:
  static Result<PageMap> of(pid_t process);

  // Reads the entries of pages from `start` on. An error if the process has ended.
  Result<void> read(PageIndex start, std::span<PageEntry> entries) const;

 private:
  live::Descriptor file_;
};

// What the kernel tells of frames (/proc/kpageflags); tells nothing where it may not be read.
class FrameFlags {
 public:
  FrameFlags();

  // Whether frames are told, and what they are.
  bool known() const { return file_.open(); }
  // The kernel's page of zeros, small or huge.
  bool zero(std::uint64_t frame) const;
  // Merged by KSM.
  bool merged(std::uint64_t frame) const;
  // Part of a transparent huge page.
  bool huge(std::uint64_t frame) const;

 private:
  bool has(std::uint64_t frame, int flag) const;

  live::Descriptor file_;
};

}  // namespace ksmsim::live::capture
