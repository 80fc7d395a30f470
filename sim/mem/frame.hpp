// A frame: one physical page of the host that holds guest memory, and what a site can map.
#pragma once
#include <cstdint>

#include "sim/base/ids.hpp"

namespace ksmsim::mem {

// What KSM has to do with a frame. Memory only keeps it: kOrdinary, kUnowned (a KSM page that no
// stable node knows, left by a merge that was undone) or a number that the engine chose.
using KsmMark = Distinct<struct KsmMarkTag, std::uint32_t>;
inline constexpr KsmMark kOrdinary{0};
inline constexpr KsmMark kUnowned{1};
inline constexpr std::uint32_t kFirstOwner = 2;

struct Frame {
  std::uint64_t content = 0;   // Identity of the bytes; 0 is the page of zeros. Free: the next one.
  std::uint32_t mappings = 0;  // Sites that map it; 0: free.
  KsmMark mark = kOrdinary;

  bool is_ksm() const { return mark != kOrdinary; }
};
static_assert(sizeof(Frame) == 16);

// What a site maps: nothing, the kernel's page of zeros (after a mere read, or put there by KSM),
// or a frame. Numbers of frames begin behind the three special ones.
using Mapping = FrameId;
inline constexpr Mapping kAbsent{0};
inline constexpr Mapping kZeroPage{1};
inline constexpr Mapping kKsmZeroPage{2};
inline constexpr std::uint32_t kFirstFrame = 3;

constexpr bool is_frame(Mapping m) { return m.value >= kFirstFrame; }

}  // namespace ksmsim::mem
