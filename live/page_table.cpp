#include "live/page_table.hpp"

#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <sys/mman.h>

#include <cerrno>
#include <string>

#include "live/sys_file.hpp"

namespace ksmsim::live {
namespace {

constexpr std::uint64_t kFrameMask = (std::uint64_t{1} << 55) - 1;
constexpr std::uint64_t kSwapped = std::uint64_t{1} << 62;
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;

// Entry `index` of a file of 64-bit numbers; 0 if it has none.
std::uint64_t entry(const Descriptor& file, std::uint64_t index) {
  std::uint64_t number = 0;
  const auto place = static_cast<off_t>(index * sizeof number);
  return pread(file.get(), &number, sizeof number, place) == sizeof number ? number : 0;
}

// The frame of the kernel's page of zeros: what a page shows that was only read.
std::uint64_t find_zero_frame() {
  void* at = mmap(nullptr, kPageBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return 0;
  static_cast<void>(*static_cast<volatile char*>(at));
  const Descriptor self{open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)};
  const std::uint64_t found = entry(self, reinterpret_cast<std::uintptr_t>(at) / kPageBytes);
  munmap(at, kPageBytes);
  return found & kFrameMask;
}

}  // namespace

Result<PageTable> PageTable::of(pid_t process) {
  const auto opened = [](const std::string& path) {
    return Descriptor{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  };
  PageTable table;
  table.map_ = opened("/proc/" + std::to_string(process) + "/pagemap");
  if (!table.map_.open()) return system_error("the page table of a process", errno);
  table.counts_ = opened("/proc/kpagecount");
  table.flags_ = opened("/proc/kpageflags");
  if (!table.counts_.open() || !table.flags_.open()) return system_error("/proc/kpage*", errno);
  static const std::uint64_t zero_frame = find_zero_frame();
  table.zero_frame_ = zero_frame;
  return table;
}

PageTable::Page PageTable::page(std::uint64_t index) const {
  const std::uint64_t bits = entry(map_, kBaseAddress / kPageBytes + index);
  return {.present = (bits & kPresent) != 0,
          .swapped = (bits & kSwapped) != 0,
          .frame = (bits & kPresent) != 0 ? bits & kFrameMask : 0};
}

std::uint64_t PageTable::mappings(std::uint64_t frame) const { return entry(counts_, frame); }
std::uint64_t PageTable::flags(std::uint64_t frame) const { return entry(flags_, frame); }

bool PageTable::in_huge(const Page& page) const {
  constexpr std::uint64_t kCompound = 1U << KPF_COMPOUND_HEAD | 1U << KPF_COMPOUND_TAIL;
  return has_own(page) && (flags(page.frame) & kCompound) != 0;
}

std::uint64_t PageTable::present(std::uint64_t start, std::uint64_t count) const {
  std::uint64_t pages = 0;
  for (std::uint64_t i = 0; i < count; ++i) pages += has_own(page(start + i)) ? 1U : 0U;
  return pages;
}

std::uint64_t PageTable::present_only_here(std::uint64_t start, std::uint64_t count) const {
  std::uint64_t pages = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Page found = page(start + i);
    pages += has_own(found) && mappings(found.frame) == 1 ? 1U : 0U;
  }
  return pages;
}

}  // namespace ksmsim::live
