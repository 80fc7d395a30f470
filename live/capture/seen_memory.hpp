// What the pages of a guest were when they were last seen. 8 bytes for a page of a block that has
// ever held something, nothing for others (and a byte more where nodes are known).
#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>

#include "live/capture/sight.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::live::capture {

struct SeenBlock {
  Time at;                                          // Of the last look,
  Time at_before;                                   // and of the last one in the sweep before.
  std::uint64_t sweep = 0;                          // Which sweep looked last.
  std::array<std::uint64_t, kBlockPages> contents;  // kNoContent: absent, or unknown in swap.
  std::bitset<kBlockPages> swapped;
  std::unique_ptr<std::array<std::uint8_t, kBlockPages>> nodes;
  bool huge = false;

  SeenBlock() { contents.fill(traces::kNoContent); }
};

class SeenMemory {
 public:
  // The block of a page, or nullptr if none of it ever held something.
  SeenBlock* find(PageIndex page);
  SeenBlock& at(PageIndex page);
  // The pages hold nothing any more.
  void forget(PageIndex start, PageCount count);

  // Calls f(content) for each page whose content is known.
  template <class F>
  void for_each_content(F&& f) const {
    for (const auto& [number, block] : blocks_) {
      for (const std::uint64_t content : block->contents) {
        if (content != traces::kNoContent) f(content);
      }
    }
  }

 private:
  std::map<std::uint64_t, std::unique_ptr<SeenBlock>> blocks_;  // By page / kBlockPages.
};

}  // namespace ksmsim::live::capture
