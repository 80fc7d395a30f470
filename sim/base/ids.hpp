// Distinct number types: a frame is not a site, a page index is not a count of pages. Mixing them
// is a compile error. All are plain integers in memory, so that tables of them stay small.
//
// Units: a page is 4096 bytes everywhere.
#pragma once
#include <compare>
#include <cstdint>

namespace ksmsim {

inline constexpr std::uint64_t kPageBytes = 4096;

// An integer that only compares with its own kind. `value` is the number itself.
template <class Tag, class Rep>
struct Distinct {
  using rep = Rep;
  Rep value{};
  constexpr Distinct() = default;
  constexpr explicit Distinct(Rep v) : value(v) {}
  friend constexpr auto operator<=>(const Distinct&, const Distinct&) = default;
};

using MmId = Distinct<struct MmTag, std::uint32_t>;        // An address space, numbered from 0.
using FrameId = Distinct<struct FrameTag, std::uint32_t>;  // A physical page of the host.
using SiteId = Distinct<struct SiteTag, std::uint32_t>;    // One page of one address space.
using ClassId = Distinct<struct ClassTag, std::uint16_t>;  // What a page is; named by the trace.
using NumaNode = Distinct<struct NumaTag, std::uint8_t>;   // A NUMA node of the host.

// Index of a page in its address space: its address / 4096.
using PageIndex = Distinct<struct PageIndexTag, std::uint64_t>;
using PageCount = Distinct<struct PageCountTag, std::uint64_t>;

constexpr PageIndex operator+(PageIndex p, PageCount n) { return PageIndex{p.value + n.value}; }
constexpr PageCount operator-(PageIndex a, PageIndex b) { return PageCount{a.value - b.value}; }

// Pages are indexed below this, so that an index and a count never overflow together
// (47 bits of user address space on x86-64 are 35 bits of page index).
inline constexpr std::uint64_t kPageIndexEnd = std::uint64_t{1} << 36;

}  // namespace ksmsim
