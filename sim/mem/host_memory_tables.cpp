// The tables behind HostMemory: blocks and their bits, own pages and frames.
#include <algorithm>

#include "sim/mem/host_memory.hpp"

namespace ksmsim::mem {

AddressSpace& HostMemory::living(MmId mm) {
  KSM_CHECK(mm.value < spaces_.size() && spaces_[mm.value].living);
  return spaces_[mm.value];
}

// ---------------------------------------------------------------- blocks

std::uint32_t HostMemory::new_block(MmId mm, std::uint64_t number) {
  std::uint32_t block = free_block_;
  if (block != kNoBlock) {
    free_block_ = static_cast<std::uint32_t>(blocks_[block].number);
  } else {
    block = static_cast<std::uint32_t>(blocks_.size());
    KSM_CHECK(block < kNoBlock / kBlockPages);
    blocks_.grow_to(block + 1);
    comparable_.grow_to(block + 1);
    words_.grow_to((block + std::size_t{1}) * kBlockPages);
  }
  blocks_[block] = Block{};
  comparable_[block] = BlockBits{};
  blocks_[block].mm = mm;
  blocks_[block].number = number;
  ++used_blocks_;
  return block;
}

SiteId HostMemory::site_of(AddressSpace& space, MmId mm, PageIndex page) {
  const std::uint64_t number = page.value / kBlockPages;
  auto& refs = space.blocks;
  const std::size_t i = space.block_at_or_after(number);
  if (i == refs.size() || refs[i].number != number) {
    const std::uint32_t made = new_block(mm, number);
    refs.insert(refs.begin() + static_cast<std::ptrdiff_t>(i), {number, made});
    note_mergeable(space, made);
  }
  return SiteId{refs[i].block * kBlockPages + static_cast<std::uint32_t>(page.value % kBlockPages)};
}

// Makes [start, end) mergeable or not, or takes it out of the address space (nullopt).
void HostMemory::set_regions(MmId mm, PageIndex start, PageIndex end,
                             std::optional<Mergeable> mergeable) {
  AddressSpace& space = spaces_[mm.value];
  if (mergeable) {
    space.regions.set(start, end, *mergeable);
  } else {
    space.regions.clear(start, end);
  }
  for (std::size_t i = space.block_at_or_after(start.value / kBlockPages);
       i < space.blocks.size() && space.blocks[i].number * kBlockPages < end.value; ++i) {
    note_mergeable(space, space.blocks[i].block);
  }
}

void HostMemory::note_mergeable(const AddressSpace& space, std::uint32_t number) {
  Block& block = blocks_[number];
  const PageIndex start{block.number * kBlockPages};
  const PageIndex end = start + PageCount{kBlockPages};
  std::uint64_t pages = 0;
  for (auto at = space.regions.at_or_after(start);
       at != space.regions.extents().end() && at->start < end; ++at) {
    if (at->value == Mergeable::no) continue;
    pages += (std::min(end, at->end) - std::max(start, at->start)).value;
  }
  block.mergeable = pages == 0             ? BlockMergeable::none
                    : pages == kBlockPages ? BlockMergeable::all
                                           : BlockMergeable::some;
  for (std::uint32_t i = block.own.next(0); i < kBlockPages; i = block.own.next(i + 1)) {
    note_comparable(SiteId{number * kBlockPages + i});
  }
}

// REQUIRES: the site has a page of its own.
void HostMemory::note_comparable(SiteId site) {
  BlockBits& bits = comparable_[site.value / kBlockPages];
  if (is_mergeable(site)) {
    bits.set(in_block(site));
  } else {
    bits.reset(in_block(site));
  }
}

BlockExtras& HostMemory::extras_of(Block& block) {
  if (block.extras == kNoBlockExtras) {
    if (free_extras_ == kNoBlockExtras) {
      block.extras = static_cast<std::uint32_t>(extras_.size());
      extras_.push_back({});
    } else {
      block.extras = free_extras_;
      free_extras_ = extras_[block.extras].huge_page;
      extras_[block.extras] = BlockExtras{};
    }
  }
  return extras_[block.extras];
}

// ---------------------------------------------------------------- what a site maps

void HostMemory::drop(SiteId site) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  std::uint64_t& word = words_[site.value];
  if (block.anonymous.test(page)) {
    --totals_.present_sites;
    block.anonymous.reset(page);
    if (block.extras != kNoBlockExtras) {
      let_go_of_pinned(site);
      leave_huge_page(site);
    }
    if (block.own.test(page)) {
      block.own.reset(page);
      comparable_[site.value / kBlockPages].reset(page);
      --totals_.frames;
    } else {
      const FrameId frame{static_cast<std::uint32_t>(word)};
      Frame& f = frames_[frame.value];
      --f.mappings;
      if (f.mappings == 0) {
        --totals_.frames;
        totals_.swap_cached += f.in_swap_cache;
        let_go(frame);
      } else if (!f.is_ksm()) {
        --totals_.fork_shared;
      }
    }
  } else if (word == kAbsent.value) {
    return;
  } else if (word == kKsmZeroPage.value) {
    --spaces_[block.mm.value].ksm_zero_pages;
    --totals_.ksm_zero_pages;
    --totals_.present_sites;
  } else if (word >= kSwapped.value) {
    release_slot(static_cast<std::uint32_t>(word) - kSwapped.value);
  }
  word = kAbsent.value;
  --block.used;
}

void HostMemory::put_special(SiteId site, Mapping special) {
  Block& block = block_of(site);
  ++block.used;
  words_[site.value] = special.value;
  if (special == kKsmZeroPage) {
    ++spaces_[block.mm.value].ksm_zero_pages;
    ++totals_.ksm_zero_pages;
    ++totals_.present_sites;
  }
}

void HostMemory::put_slot(SiteId site, std::uint32_t slot) {
  ++block_of(site).used;
  words_[site.value] = std::uint64_t{slot} + kSwapped.value;
  ++slots_[slot].owners;
  ++totals_.swapped_sites;
}

void HostMemory::put_own(SiteId site, std::uint64_t content, NumaNode node) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  ++block.used;
  block.anonymous.set(page);
  block.own.set(page);
  words_[site.value] = content;
  note_comparable(site);
  ++totals_.present_sites;
  ++totals_.frames;
  if (node != NumaNode{0} || block.extras != kNoBlockExtras) extras_of(block).nodes[page] = node;
  note_writable(site);
}

void HostMemory::put_frame(SiteId site, FrameId frame) {
  Block& block = block_of(site);
  Frame& f = frames_[frame.value];
  ++block.used;
  block.anonymous.set(in_block(site));
  words_[site.value] = frame.value;
  ++f.mappings;
  ++totals_.present_sites;
  if (f.mappings == 1) {
    ++totals_.frames;
    totals_.swap_cached -= f.in_swap_cache;
  } else if (!f.is_ksm()) {
    ++totals_.fork_shared;
  }
}

NumaNode HostMemory::policy_of(SiteId site) const {
  const auto& nodes = spaces_[mm_of(site).value].nodes;
  const NumaNode* node = nodes.empty() ? nullptr : nodes.find(page_of(site));
  return node != nullptr ? *node : NumaNode{0};
}

void HostMemory::note_writable(SiteId site) {
  const std::uint32_t extras = block_of(site).extras;
  if (extras != kNoBlockExtras) extras_[extras].read_only.reset(in_block(site));
}

void HostMemory::make_page(SiteId site, std::uint64_t content) {
  put_own(site, content, policy_of(site));
  note_touched(site);
}

// ---------------------------------------------------------------- frames

FrameId HostMemory::new_frame(std::uint64_t content, NumaNode node) {
  std::uint32_t frame = free_frame_;
  if (frame != 0) {
    free_frame_ = static_cast<std::uint32_t>(frames_[frame].content);
  } else {
    KSM_CHECK(frames_.size() < ~std::uint32_t{0});
    frame = static_cast<std::uint32_t>(frames_.size());
    frames_.grow_to(frame + std::size_t{1});
  }
  frames_[frame] = Frame{content, 0, kOrdinary, node, false};
  return FrameId{frame};
}

void HostMemory::let_go(FrameId frame) {
  Frame& f = frames_[frame.value];
  if (f.in_swap_cache) {
    // The swap cache keeps it for those who have the slot.
    const std::uint32_t slot = cached_in_.at(frame.value);
    if (slots_[slot].owners > 0) return;
    uncache(frame);
    return;
  }
  if (f.mark.value >= kFirstOwner) {  // Its number is still in use.
    gone_.push_back(frame);
    return;
  }
  f = Frame{free_frame_, 0, kOrdinary, NumaNode{}, false};
  free_frame_ = frame.value;
}

FrameId HostMemory::share(SiteId site) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  std::uint64_t& word = words_[site.value];
  if (!block.own.test(page)) return FrameId{static_cast<std::uint32_t>(word)};
  const FrameId frame = new_frame(word, node_of(site));
  frames_[frame.value].mappings = 1;
  block.own.reset(page);
  comparable_[site.value / kBlockPages].reset(page);
  word = frame.value;
  return frame;
}

void HostMemory::take_back(SiteId site) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  const FrameId frame{static_cast<std::uint32_t>(words_[site.value])};
  Frame& f = frames_[frame.value];
  KSM_CHECK(!f.is_ksm() && f.mappings == 1);
  uncache(frame);
  const NumaNode node = node_of(frame);
  words_[site.value] = f.content;
  block.own.set(page);
  note_comparable(site);
  if (node != NumaNode{0} || block.extras != kNoBlockExtras) extras_of(block).nodes[page] = node;
  note_writable(site);
  f.mappings = 0;
  let_go(frame);
}

}  // namespace ksmsim::mem
