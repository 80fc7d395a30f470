// Copies pages of another process. Only pages that the page map shows as present are asked for, so
// nothing is faulted in but what goes to swap between the two looks.
//
// There are two ways. process_vm_readv is the quicker one, but it pins pages, and since Linux 5.19
// a page that is pinned has to belong to one process alone: of pages that KSM has merged, or that a
// fork shares, the process is given copies. So it is for pages of which that is known; others are
// read from /proc/PID/mem, which pins nothing.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "live/descriptor.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live::capture {

// Pages are read in blocks of so many: 2 MiB, which the caches nearest to the core hold while the
// pages are hashed.
inline constexpr std::size_t kBlockPages = 512;

// What is known of pages.
enum class Sharing : bool { none, possible };

class MemoryReader {
 public:
  // An Error if there is no such process or it may not be read.
  static Result<MemoryReader> of(pid_t process);

  // Copies these pages (ascending, at most kBlockPages), page i to buffer + i * kPageBytes. Returns
  // for each whether it could be read: one that has gone meanwhile cannot. An Error if the process
  // has ended.
  Result<std::vector<bool>> read(std::span<const PageIndex> pages, Sharing sharing,
                                 char* buffer) const;

 private:
  Result<std::vector<bool>> read_pinned(std::span<const PageIndex> pages, char* buffer) const;
  Result<std::vector<bool>> read_copied(std::span<const PageIndex> pages, char* buffer) const;

  pid_t process_ = -1;
  live::Descriptor file_;
};

}  // namespace ksmsim::live::capture
