#include "sim/mem/host_memory.hpp"

#include <algorithm>

namespace ksmsim::mem {

HostMemory::HostMemory(MemoryRules rules) : rules_(rules) { frames_.grow_to(kFirstFrame); }

// ---------------------------------------------------------------- guest operations

MmId HostMemory::begin() {
  const MmId mm{static_cast<std::uint32_t>(spaces_.size())};
  AddressSpace& space = spaces_.emplace_back();
  space.living = true;
  ++living_spaces_;
  space.family = space.parent = mm;
  return mm;
}

MmId HostMemory::fork(MmId parent) {
  const MmId child = begin();
  spaces_[parent.value].has_forked = true;
  const AddressSpace& from = spaces_[parent.value];
  AddressSpace& to = spaces_[child.value];
  KSM_CHECK(from.living);
  to.regions = from.regions;
  to.classes = from.classes;
  to.nodes = from.nodes;
  to.merge_any = from.merge_any;
  to.family = from.family;
  to.parent = parent;
  for (const BlockRef& ref : from.blocks) {
    const std::uint32_t copy = new_block(child, ref.number);
    to.blocks.push_back({ref.number, copy});
    note_mergeable(to, copy);
    const bool held = has_held_huge_page(ref.block);
    for (std::uint32_t i = 0; i < kBlockPages; ++i) {
      const SiteId site{ref.block * kBlockPages + i};
      const SiteId twin{copy * kBlockPages + i};
      switch (mapping(site).value) {
        case kAbsent.value:
          break;
        case kZeroPage.value:
        case kKsmZeroPage.value:
          put_special(twin, mapping(site));
          break;
        case kSwapped.value:
          put_slot(twin, static_cast<std::uint32_t>(words_[site.value]) - kSwapped.value);
          break;
        case kOwnPage.value:
          // Whoever holds a page must keep the parent's; a huge page is held as a whole.
          if (is_pinned(site) || (held && is_huge(site))) {
            make_page(twin, content(site));
            break;
          }
          [[fallthrough]];
        default:
          put_frame(twin, share(site));
          if (is_huge(site)) {
            const std::uint32_t huge_page = huge_page_of(site);
            BlockExtras& extras = extras_of(blocks_[copy]);
            if (extras.huge_page == kNoHugePage) huge_[huge_page].push_back(copy);
            extras.huge_page = huge_page;
            extras.huge.set(i);
          }
      }
    }
  }
  return child;
}

void HostMemory::end(MmId mm) {
  AddressSpace& space = living(mm);
  for_each_present(mm, PageIndex{0}, PageIndex{kPageIndexEnd}, [this](SiteId s) { drop(s); });
  set_regions(mm, PageIndex{0}, PageIndex{kPageIndexEnd}, std::nullopt);
  space.classes = {};
  space.nodes = {};
  space.living = false;
  --living_spaces_;
}

void HostMemory::map(MmId mm, PageIndex start, PageCount count, Mergeable mergeable) {
  if (living(mm).merge_any) mergeable = Mergeable::yes;
  set_regions(mm, start, start + count, mergeable);
}

void HostMemory::unmap(MmId mm, PageIndex start, PageCount count) {
  AddressSpace& space = living(mm);
  for_each_present(mm, start, start + count, [this](SiteId s) { drop(s); });
  set_regions(mm, start, start + count, std::nullopt);
  space.classes.clear(start, start + count);
  space.nodes.clear(start, start + count);
}

void HostMemory::advise(MmId mm, PageIndex start, PageCount count, Mergeable mergeable) {
  KSM_CHECK(living(mm).living);
  if (mergeable == Mergeable::no) break_mergeable(mm, start, start + count);
  set_regions(mm, start, start + count, mergeable);
}

void HostMemory::opt_in(MmId mm) {
  AddressSpace& space = living(mm);
  if (space.merge_any) return;
  space.merge_any = true;
  const auto all = space.regions.extents();
  for (const auto& e : all) set_regions(mm, e.start, e.end, Mergeable::yes);
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
  if (!has_page(site) && mapping(site) == kSwapped) fault_in(site);
  if (has_page(site)) {
    note_touched(site);
    if (owns_page(site)) {
      words_[site.value] = content;
      note_writable(site);
      return;
    }
    const FrameId mapped{static_cast<std::uint32_t>(words_[site.value])};
    Frame& frame = frames_[mapped.value];
    if (frame.is_ksm()) {
      ++totals_.write_breaks;
      // Since 5.9 a KSM page is always copied, even for its only site (wp_can_reuse_anon_folio).
      if (is_reused(mapped)) {
        const NumaNode node = node_of(mapped);
        drop(site);
        put_own(site, content, node);
        return;
      }
      ++totals_.cow_ksm;
    } else if (is_sole_user(mapped)) {
      take_back(site);
      words_[site.value] = content;
      return;
    }
  } else if (mapping(site) == kKsmZeroPage) {
    ++totals_.write_breaks;
  }
  drop(site);
  make_page(site, content);
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
    note_touched(site);
    if (mapping(site) == kAbsent) {
      put_special(site, kZeroPage);
    } else if (mapping(site) == kSwapped) {
      fault_in(site);
    }
  }
}

void HostMemory::discard(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId s) { drop(s); });
}

// ---------------------------------------------------------------- looking

Mapping HostMemory::mapping(SiteId site) const {
  const std::uint64_t word = words_[site.value];
  if (!has_page(site)) {
    return word < kSwapped.value ? Mapping{static_cast<std::uint32_t>(word)} : kSwapped;
  }
  return owns_page(site) ? kOwnPage : Mapping{static_cast<std::uint32_t>(word)};
}

std::optional<SiteId> HostMemory::find_site(MmId mm, PageIndex page) const {
  const AddressSpace& space = spaces_[mm.value];
  const std::uint64_t number = page.value / kBlockPages;
  const std::size_t i = space.block_at_or_after(number);
  if (i == space.blocks.size() || space.blocks[i].number != number) return std::nullopt;
  return SiteId{space.blocks[i].block * kBlockPages +
                static_cast<std::uint32_t>(page.value % kBlockPages)};
}

ClassId HostMemory::class_of(SiteId site) const {
  const ClassId* found = spaces_[mm_of(site).value].classes.find(page_of(site));
  return found != nullptr ? *found : ClassId{};
}

bool HostMemory::was_touched(MmId mm, PageIndex start, PageIndex end) const {
  const auto& refs = spaces_[mm.value].blocks;
  const std::size_t i = spaces_[mm.value].block_at_or_after(start.value / kBlockPages);
  return i < refs.size() && refs[i].number * kBlockPages < end.value;
}

// Which blocks are absent stands in the levels above: a table of any level has 512 entries, and
// where a whole table is absent that is one entry of the next level.
Met HostMemory::next_met(MmId mm, PageIndex from, PageIndex end) const {
  const auto& refs = spaces_[mm.value].blocks;
  Met met;
  std::uint64_t next = from.value / kBlockPages;  // The block that the walk has come to.
  for (std::size_t i = spaces_[mm.value].block_at_or_after(next);
       i < refs.size() && refs[i].number * kBlockPages < end.value; ++i) {
    met.passed += absent_entries(next, refs[i].number);
    next = refs[i].number + 1;
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
  const std::uint64_t blocks = (end.value + kBlockPages - 1) / kBlockPages;
  if (next < blocks) met.passed += absent_entries(next, blocks);
  return met;
}

// ---------------------------------------------------------------- what KSM does

FrameId HostMemory::make_ksm(SiteId site) {
  const FrameId frame = share(site);
  Frame& f = frames_[frame.value];
  KSM_CHECK(!f.is_ksm());
  f.mark = kUnowned;
  totals_.fork_shared -= f.mappings - 1;
  return frame;
}

FrameId HostMemory::new_ksm_page(SiteId like) {
  const FrameId frame = new_frame(content(like), node_of(like));
  frames_[frame.value].mark = kUnowned;
  return frame;
}

void HostMemory::set_owner(FrameId frame, KsmMark mark) {
  Frame& f = frames_[frame.value];
  KSM_CHECK(f.is_ksm() && mark.value >= kFirstOwner);
  f.mark = mark;
}

void HostMemory::disown(FrameId frame) {
  frames_[frame.value].mark = kUnowned;
  if (!is_in_use(frame)) let_go(frame);
}

void HostMemory::remap(SiteId site, FrameId target) {
  drop(site);
  put_frame(site, target);
}

void HostMemory::remap_to_zero_page(SiteId site) {
  drop(site);
  put_special(site, kKsmZeroPage);
}

// reuse_ksm_page() of 5.1 to 5.8: the page of a stable node that one site maps and nobody else has.
bool HostMemory::is_reused(FrameId frame) const {
  const Frame& f = frames_[frame.value];
  return rules_.sole_ksm_write == SoleKsmWrite::reused && f.mappings == 1 && f.mark != kUnowned &&
         !f.in_swap_cache;
}

void HostMemory::break_sharing(SiteId site) {
  std::uint64_t held = 0;
  if (has_page(site)) {
    if (!is_ksm(site)) return;
    held = content(site);
    if (!is_reused(mapping(site))) ++totals_.cow_ksm;
  } else if (mapping(site) != kKsmZeroPage || rules_.zero_pages == KsmZeroPages::uncounted) {
    return;
  }
  ++totals_.unmerge_breaks;
  drop(site);
  make_page(site, held);
  if (rules_.unmerged == Unmerged::read_only &&
      rules_.collapse_read_only == CollapseReadOnly::refused) {
    extras_of(block_of(site)).read_only.set(in_block(site));
  }
}

void HostMemory::break_sharing(MmId mm) {
  break_mergeable(mm, PageIndex{0}, PageIndex{kPageIndexEnd});
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

}  // namespace ksmsim::mem
