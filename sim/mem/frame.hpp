// What a site can map, and the two things that several sites can have in common: a frame, and a
// slot of swap.
//
// A page that one site alone has needs no record: its content is kept with the site ("own page").
// A *frame* is a physical page that is, or was, shared: a KSM page, or a page that a fork shares,
// or one that is still in the swap cache.
#pragma once
#include <cstdint>

#include "sim/base/ids.hpp"

namespace ksmsim::mem {

// What KSM has to do with a frame. Memory only keeps it: kOrdinary, kUnowned (a KSM page that no
// stable node knows, left by a merge that was undone) or a number that the engine chose. A frame
// that has an owner is not used again until that lets go of it, so its number stands for the page,
// and its content stays, even when that is gone.
using KsmMark = Distinct<struct KsmMarkTag, std::uint16_t>;
inline constexpr KsmMark kOrdinary{0};
inline constexpr KsmMark kUnowned{1};
inline constexpr std::uint16_t kFirstOwner = 2;

struct Frame {
  std::uint64_t content = 0;   // Identity of the bytes; 0 is the page of zeros. Free: the next one.
  std::uint32_t mappings = 0;  // Sites that map it. 0: free, unless it is in the swap cache.
  KsmMark mark = kOrdinary;
  NumaNode node;
  bool in_swap_cache = false;

  bool is_ksm() const { return mark != kOrdinary; }
};
static_assert(sizeof(Frame) == 16);

// What a site maps: nothing, the kernel's page of zeros (after a mere read, or put there by KSM), a
// slot of swap, a page of its own, or a frame. Numbers of frames begin behind the special ones.
using Mapping = FrameId;
inline constexpr Mapping kAbsent{0};
inline constexpr Mapping kZeroPage{1};
inline constexpr Mapping kKsmZeroPage{2};
inline constexpr Mapping kSwapped{3};
inline constexpr Mapping kOwnPage{4};
inline constexpr std::uint32_t kFirstFrame = 5;

constexpr bool is_frame(Mapping m) { return m.value >= kFirstFrame; }

// A page in swap. While its frame is in the swap cache, too, faults find that instead.
struct SwapSlot {
  std::uint64_t content = 0;  // Free: the next one.
  PageIndex home{};           // Where the frame in the swap cache was first mapped: only there, and
  MmId family{};              // in this family of forks, can an ordinary one be shared.
  std::uint32_t owners = 0;   // Sites that have it as their swap entry.
  FrameId cached{};           // 0: none.
};

// A page in the swap cache that nobody maps any more: it leaves when it is written. The ticket
// tells it from a later one in the same frame.
struct LeavingPage {
  FrameId frame;
  std::uint64_t ticket = 0;
};

}  // namespace ksmsim::mem
