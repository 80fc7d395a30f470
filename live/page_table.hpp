// What the kernel tells of the pages of a process: present or not, which frame, what kind of frame.
// Needs root. It looks from outside, so that looking changes nothing.
#pragma once
#include <sys/types.h>

#include <cstdint>

#include "live/descriptor.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

// Where pages of scripts are: page index 0 is at this address, a multiple of 2 MiB, so that blocks
// of 512 pages of a script can be huge. It is free in every program: AddressSanitizer keeps what
// lies below 0x1000'8000'0000 for itself.
inline constexpr std::uint64_t kBaseAddress = 0x2000'0000'0000;
inline constexpr std::uint64_t kHugePages = 512;

// The address of a page of a script, in every process of it.
inline char* page_address(std::uint64_t index) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the address is the point.
  return reinterpret_cast<char*>(kBaseAddress + index * kPageBytes);
}

class PageTable {
 public:
  struct Page {
    bool present = false;
    bool swapped = false;
    std::uint64_t frame = 0;  // Of the machine; if present.
  };

  static Result<PageTable> of(pid_t process);

  Page page(std::uint64_t index) const;
  // Sites that map the frame.
  std::uint64_t mappings(std::uint64_t frame) const;
  // Bits of linux/kernel-page-flags.h.
  std::uint64_t flags(std::uint64_t frame) const;
  // Whether the page is present and not the kernel's page of zeros.
  bool has_own(const Page& page) const { return page.present && page.frame != zero_frame_; }
  // Whether the page is part of a huge page, however it is mapped.
  bool in_huge(const Page& page) const;

  // Pages of a range that are present and not the page of zeros.
  std::uint64_t present(std::uint64_t start, std::uint64_t count) const;
  // Those of them that no other site maps.
  std::uint64_t present_only_here(std::uint64_t start, std::uint64_t count) const;

 private:
  Descriptor map_, counts_, flags_;
  std::uint64_t zero_frame_ = 0;
};

}  // namespace ksmsim::live
