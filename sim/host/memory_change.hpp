// Who has changed memory, as far as it matters for what follows. Whoever it was, the same follows,
// in the same order (Run::follow_up): breaks are booked to their cause, memory is found where it is
// short, and it is noted what is available.
#pragma once
#include <cstdint>
#include <optional>

#include "sim/base/ids.hpp"
#include "sim/host/break_log.hpp"

namespace ksmsim::host {

struct MemoryChange {
  // Frames that came to be used or free count for the cause, or are nobody's relief or burden.
  enum class Frames : std::uint8_t { of_the_cause, of_nobody };
  // Whether memory may have been taken, so that some has to be found; or given back, which is only
  // noted; or neither.
  enum class Memory : std::uint8_t { taken, given_back, untouched };

  std::optional<BreakLog::Cause> cause;  // Of sharings that broke; none: no sharing can have.
  Frames frames = Frames::of_the_cause;
  Memory memory = Memory::taken;
  std::optional<MmId> guest{};  // That did it, and waits if memory is short.
};

// ksmd has visited pages: what it saved is nobody's relief from a storm.
inline constexpr MemoryChange kKsmdScanned{.cause = BreakLog::kUndone,
                                           .frames = MemoryChange::Frames::of_nobody};
// A knob was written: run 2 unmerges.
inline constexpr MemoryChange kKnobWritten{.cause = BreakLog::kRun2};
// A controller has set balloons. What they give back is noted with the change after it.
inline constexpr MemoryChange kBalloonsSet{.cause = BreakLog::kBalloon,
                                           .memory = MemoryChange::Memory::untouched};
inline constexpr MemoryChange kHugePagesBuilt{.cause = std::nullopt,
                                              .frames = MemoryChange::Frames::of_nobody};
inline constexpr MemoryChange kArcShrunk{.cause = std::nullopt,
                                         .memory = MemoryChange::Memory::given_back};

}  // namespace ksmsim::host
