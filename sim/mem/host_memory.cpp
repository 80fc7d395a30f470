#include "sim/mem/host_memory.hpp"

#include <algorithm>

namespace ksmsim::mem {

HostMemory::HostMemory() { frames_.grow_to(kFirstFrame); }

// ---------------------------------------------------------------- guest operations

MmId HostMemory::begin() {
  const MmId mm{static_cast<std::uint32_t>(spaces_.size())};
  spaces_.emplace_back().living = true;
  return mm;
}

MmId HostMemory::fork(MmId parent) {
  const MmId child = begin();
  const AddressSpace& from = spaces_[parent.value];
  AddressSpace& to = spaces_[child.value];
  KSM_CHECK(from.living);
  to.regions = from.regions;
  to.classes = from.classes;
  to.merge_any = from.merge_any;
  for (const BlockRef& ref : from.blocks) {
    const std::uint32_t copy = new_block(child, ref.number);
    to.blocks.push_back({ref.number, copy});
    for (std::uint32_t i = 0; i < kBlockPages; ++i) {
      const Mapping mapped = mappings_[ref.block * kBlockPages + i];
      const SiteId site{copy * kBlockPages + i};
      if (is_frame(mapped)) {
        take(site, mapped);
      } else if (mapped != kAbsent) {
        point(site, mapped);
        if (mapped == kKsmZeroPage) {
          ++to.ksm_zero_pages;
          ++totals_.ksm_zero_pages;
          ++totals_.present_sites;
        }
      }
    }
  }
  return child;
}

void HostMemory::end(MmId mm) {
  AddressSpace& space = living(mm);
  for_each_present(mm, PageIndex{0}, PageIndex{kPageIndexEnd}, [this](SiteId s) { drop(s); });
  space.regions = {};
  space.classes = {};
  space.living = false;
}

void HostMemory::map(MmId mm, PageIndex start, PageCount count, Mergeable mergeable) {
  AddressSpace& space = living(mm);
  if (space.merge_any) mergeable = Mergeable::yes;
  space.regions.set(start, start + count, mergeable);
}

void HostMemory::unmap(MmId mm, PageIndex start, PageCount count) {
  AddressSpace& space = living(mm);
  for_each_present(mm, start, start + count, [this](SiteId s) { drop(s); });
  space.regions.clear(start, start + count);
  space.classes.clear(start, start + count);
}

void HostMemory::advise(MmId mm, PageIndex start, PageCount count, Mergeable mergeable) {
  AddressSpace& space = living(mm);
  if (mergeable == Mergeable::no) break_mergeable(mm, start, start + count);
  space.regions.set(start, start + count, mergeable);
}

void HostMemory::opt_in(MmId mm) {
  AddressSpace& space = living(mm);
  if (space.merge_any) return;
  space.merge_any = true;
  const auto all = space.regions.extents();
  for (const auto& e : all) space.regions.set(e.start, e.end, Mergeable::yes);
}

void HostMemory::opt_out(MmId mm) {
  AddressSpace& space = living(mm);
  if (!space.merge_any) return;
  space.merge_any = false;
  const auto all = space.regions.extents();
  for (const auto& e : all) advise(mm, e.start, e.end - e.start, Mergeable::no);
}

void HostMemory::write(MmId mm, PageIndex page, std::uint64_t content) {
  const SiteId site = site_of(living(mm), mm, page);
  const Mapping mapped = mappings_[site.value];
  if (is_frame(mapped)) {
    Frame& frame = frames_[mapped.value];
    // A KSM page is always copied, even for its only site (6.18: wp_can_reuse_anon_folio).
    if (!frame.is_ksm() && frame.mappings == 1) {
      frame.content = content;
      return;
    }
    if (frame.is_ksm()) {
      ++totals_.cow_ksm;
      ++totals_.write_breaks;
    }
  } else if (mapped == kKsmZeroPage) {
    ++totals_.write_breaks;
  }
  drop(site);
  take(site, new_frame(content));
}

void HostMemory::set_class(MmId mm, PageIndex start, PageCount count, ClassId page_class) {
  auto& classes = living(mm).classes;
  const auto at = classes.at_or_after(start);
  const bool known = at != classes.extents().end() && at->start <= start &&
                     at->end >= start + count && at->value == page_class;
  if (!known) classes.set(start, start + count, page_class);
}

void HostMemory::read(MmId mm, PageIndex start, PageCount count) {
  AddressSpace& space = living(mm);
  for (PageIndex page = start; page < start + count; ++page.value) {
    const SiteId site = site_of(space, mm, page);
    if (mappings_[site.value] == kAbsent) point(site, kZeroPage);
  }
}

void HostMemory::discard(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId s) { drop(s); });
}

// ---------------------------------------------------------------- looking

ClassId HostMemory::class_of(SiteId site) const {
  const ClassId* found = spaces_[mm_of(site).value].classes.find(page_of(site));
  return found != nullptr ? *found : ClassId{};
}

Met HostMemory::next_met(MmId mm, PageIndex from, PageIndex end) const {
  const auto& refs = spaces_[mm.value].blocks;
  Met met;
  for (std::size_t i = spaces_[mm.value].block_at_or_after(from.value / kBlockPages);
       i < refs.size() && refs[i].number * kBlockPages < end.value; ++i) {
    const std::uint64_t base = refs[i].number * kBlockPages;
    const std::uint64_t first = std::max(base, from.value) - base;
    const std::uint64_t last = std::min(base + kBlockPages, end.value) - base;
    const std::uint32_t at =
        blocks_[refs[i].block].anonymous.next(static_cast<std::uint32_t>(first));
    if (at < last) {
      met.passed += at - first;
      met.page = PageIndex{base + at};
      met.site = SiteId{refs[i].block * kBlockPages + at};
      met.found = true;
      return met;
    }
    met.passed += last - first;
  }
  return met;
}

// ---------------------------------------------------------------- what KSM does

void HostMemory::make_ksm(FrameId frame) {
  Frame& f = frames_[frame.value];
  KSM_CHECK(f.mappings > 0 && !f.is_ksm());
  f.mark = kUnowned;
  totals_.fork_shared -= f.mappings - 1;
}

void HostMemory::set_mark(FrameId frame, KsmMark mark) {
  Frame& f = frames_[frame.value];
  KSM_CHECK(f.mappings > 0 && f.is_ksm() && mark != kOrdinary);
  f.mark = mark;
}

void HostMemory::remap(SiteId site, FrameId target) {
  drop(site);
  take(site, target);
}

void HostMemory::remap_to_zero_page(SiteId site) {
  drop(site);
  point(site, kKsmZeroPage);
  ++spaces_[mm_of(site).value].ksm_zero_pages;
  ++totals_.ksm_zero_pages;
  ++totals_.present_sites;
}

void HostMemory::break_sharing(SiteId site) {
  const Mapping mapped = mappings_[site.value];
  std::uint64_t content = 0;
  if (is_frame(mapped)) {
    if (!frames_[mapped.value].is_ksm()) return;
    content = frames_[mapped.value].content;
    ++totals_.cow_ksm;
  } else if (mapped != kKsmZeroPage) {
    return;
  }
  ++totals_.unmerge_breaks;
  drop(site);
  take(site, new_frame(content));
}

void HostMemory::break_sharing(MmId mm) {
  break_mergeable(mm, PageIndex{0}, PageIndex{kPageIndexEnd});
}

// ---------------------------------------------------------------- inside

AddressSpace& HostMemory::living(MmId mm) {
  KSM_CHECK(mm.value < spaces_.size() && spaces_[mm.value].living);
  return spaces_[mm.value];
}

std::uint32_t HostMemory::new_block(MmId mm, std::uint64_t number) {
  std::uint32_t block = free_block_;
  if (block != kNoBlock) {
    free_block_ = static_cast<std::uint32_t>(blocks_[block].number);
  } else {
    block = static_cast<std::uint32_t>(blocks_.size());
    KSM_CHECK(block < kNoBlock / kBlockPages);
    blocks_.grow_to(block + 1);
    mappings_.grow_to((block + std::size_t{1}) * kBlockPages);
  }
  blocks_[block] = Block{mm, 0, number, {}};
  ++used_blocks_;
  return block;
}

SiteId HostMemory::site_of(AddressSpace& space, MmId mm, PageIndex page) {
  const std::uint64_t number = page.value / kBlockPages;
  auto& refs = space.blocks;
  const std::size_t i = space.block_at_or_after(number);
  if (i == refs.size() || refs[i].number != number) {
    refs.insert(refs.begin() + static_cast<std::ptrdiff_t>(i), {number, new_block(mm, number)});
  }
  return SiteId{refs[i].block * kBlockPages + static_cast<std::uint32_t>(page.value % kBlockPages)};
}

FrameId HostMemory::new_frame(std::uint64_t content) {
  std::uint32_t frame = free_frame_;
  if (frame != 0) {
    free_frame_ = static_cast<std::uint32_t>(frames_[frame].content);
  } else {
    KSM_CHECK(frames_.size() < ~std::uint32_t{0});
    frame = static_cast<std::uint32_t>(frames_.size());
    frames_.grow_to(frame + std::size_t{1});
  }
  frames_[frame] = Frame{content, 0, kOrdinary};
  return FrameId{frame};
}

void HostMemory::point(SiteId site, Mapping to) {
  Block& block = blocks_[site.value / kBlockPages];
  Mapping& mapped = mappings_[site.value];
  const std::uint32_t page = site.value % kBlockPages;
  block.used += static_cast<std::uint32_t>(to != kAbsent) - (mapped != kAbsent);
  if (is_frame(to)) {
    block.anonymous.set(page);
  } else {
    block.anonymous.reset(page);
  }
  mapped = to;
}

void HostMemory::take(SiteId site, FrameId frame) {
  Frame& f = frames_[frame.value];
  ++f.mappings;
  ++totals_.present_sites;
  if (f.mappings == 1) {
    ++totals_.frames;
  } else if (!f.is_ksm()) {
    ++totals_.fork_shared;
  }
  point(site, frame);
}

void HostMemory::drop(SiteId site) {
  const Mapping mapped = mappings_[site.value];
  if (mapped == kAbsent) return;
  point(site, kAbsent);
  if (is_frame(mapped)) {
    Frame& f = frames_[mapped.value];
    --totals_.present_sites;
    --f.mappings;
    if (f.mappings == 0) {
      --totals_.frames;
      f = Frame{free_frame_, 0, kOrdinary};
      free_frame_ = mapped.value;
    } else if (!f.is_ksm()) {
      --totals_.fork_shared;
    }
  } else if (mapped == kKsmZeroPage) {
    --spaces_[mm_of(site).value].ksm_zero_pages;
    --totals_.ksm_zero_pages;
    --totals_.present_sites;
  }
}

// A region that is not mergeable can map KSM pages all the same: a fork's page that became one in
// place through its twin. Neither advice nor run 2 looks at it there (6.18, live).
void HostMemory::break_mergeable(MmId mm, PageIndex start, PageIndex end) {
  const auto& regions = spaces_[mm.value].regions;
  for (auto at = regions.at_or_after(start); at != regions.extents().end() && at->start < end;
       ++at) {
    if (at->value == Mergeable::no) continue;
    for_each_present(mm, std::max(start, at->start), std::min(end, at->end),
                     [this](SiteId s) { break_sharing(s); });
  }
}

template <class Action>
void HostMemory::for_each_present(MmId mm, PageIndex start, PageIndex end, Action action) {
  const AddressSpace& space = spaces_[mm.value];
  for (std::size_t i = space.block_at_or_after(start.value / kBlockPages); i < space.blocks.size();
       ++i) {
    const std::uint64_t base = space.blocks[i].number * kBlockPages;
    if (base >= end.value) return;
    const std::uint64_t first = std::max(base, start.value) - base;
    const std::uint64_t last = std::min(base + kBlockPages, end.value) - base;
    for (std::uint64_t page = first; page < last; ++page) {
      const SiteId site{space.blocks[i].block * kBlockPages + static_cast<std::uint32_t>(page)};
      if (mappings_[site.value] != kAbsent) action(site);
    }
  }
}

void HostMemory::check_invariants() const {
  std::vector<std::uint32_t> mappings(frames_.size());
  Totals sum;
  sum.cow_ksm = totals_.cow_ksm;
  sum.write_breaks = totals_.write_breaks;
  sum.unmerge_breaks = totals_.unmerge_breaks;
  for (const AddressSpace& space : spaces_) {
    std::int64_t zero_pages = 0;
    for (const BlockRef& ref : space.blocks) {
      const Block& block = blocks_[ref.block];
      std::uint32_t used = 0;
      for (std::uint32_t i = 0; i < kBlockPages; ++i) {
        const Mapping mapped = mappings_[ref.block * kBlockPages + i];
        used += mapped != kAbsent;
        zero_pages += mapped == kKsmZeroPage;
        KSM_CHECK(block.anonymous.test(i) == is_frame(mapped));
        if (is_frame(mapped)) ++mappings[mapped.value];
        sum.present_sites += is_frame(mapped) || mapped == kKsmZeroPage;
      }
      KSM_CHECK(block.used == used && block.number == ref.number);
    }
    KSM_CHECK(zero_pages == space.ksm_zero_pages);
    sum.ksm_zero_pages += zero_pages;
  }
  for (std::size_t i = kFirstFrame; i < frames_.size(); ++i) {
    KSM_CHECK(frames_[i].mappings == mappings[i]);
    if (mappings[i] == 0) continue;
    ++sum.frames;
    if (!frames_[i].is_ksm()) sum.fork_shared += mappings[i] - 1;
  }
  KSM_CHECK(sum == totals_);
}

}  // namespace ksmsim::mem
