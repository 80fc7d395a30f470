// All frames, by number. Free ones are used again; but one that has an owner (KsmMark) is not, even
// when its page is gone, until its owner lets go of it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/chunked_vector.hpp"
#include "sim/base/ids.hpp"
#include "sim/mem/frame.hpp"

namespace ksmsim::mem {

class Frames {
 public:
  Frames() { frames_.grow_to(kFirstFrame); }

  Frame& operator[](FrameId frame) { return frames_[frame.value]; }
  const Frame& operator[](FrameId frame) const { return frames_[frame.value]; }
  std::size_t slots() const { return frames_.size(); }
  void prefetch(FrameId frame) const { __builtin_prefetch(&frames_[frame.value]); }

  // Whether the frame is in use, if only as a page in the swap cache.
  bool is_in_use(FrameId frame) const {
    return frames_[frame.value].mappings > 0 || frames_[frame.value].in_swap_cache;
  }
  // An ordinary frame that nobody maps yet.
  FrameId make(std::uint64_t content, NumaNode node) {
    std::uint32_t frame = free_;
    if (frame != 0) {
      free_ = static_cast<std::uint32_t>(frames_[frame].content);
    } else {
      KSM_CHECK(frames_.size() < ~std::uint32_t{0});
      frame = static_cast<std::uint32_t>(frames_.size());
      frames_.grow_to(frame + std::size_t{1});
    }
    frames_[frame] = Frame{content, 0, kOrdinary, node, false};
    return FrameId{frame};
  }
  // Nobody has the page any more. REQUIRES: !is_in_use(frame).
  void free(FrameId frame) {
    Frame& f = frames_[frame.value];
    if (f.mark.value >= kFirstOwner) {  // Its number is still in use.
      gone_.push_back(frame);
      return;
    }
    f = Frame{free_, 0, kOrdinary, NumaNode{}, false};
    free_ = frame.value;
  }
  // Owned frames whose page has gone, since forget_gone().
  const std::vector<FrameId>& gone() const { return gone_; }
  void forget_gone() { gone_.clear(); }

 private:
  ChunkedVector<Frame> frames_;  // By FrameId; the first kFirstFrame are not used.
  std::uint32_t free_ = 0;       // 0: none.
  std::vector<FrameId> gone_;
};

}  // namespace ksmsim::mem
