#include "sim/mem/guest_memory.hpp"

namespace ksmsim::mem {

MmId GuestMemory::fork(MmId parent) {
  const MmId child = begin();
  spaces_[parent.value].has_forked = true;
  const AddressSpace& from = spaces_[parent.value];
  AddressSpace& to = spaces_[child.value];
  KSM_CHECK(from.living);
  copy_regions(from, child);
  to.classes = from.classes;
  to.nodes = from.nodes;
  to.merge_any = from.merge_any;
  to.family = from.family;
  to.parent = parent;
  for (const BlockRef& ref : from.blocks) fork_block(to, child, ref);
  return child;
}

// The child `mm` maps what stands in a block of its parent.
void GuestMemory::fork_block(AddressSpace& child, MmId mm, BlockRef from) {
  const std::uint32_t copy = new_block(mm, from.number);
  child.blocks.push_back({from.number, copy});
  note_mergeable(child, copy);
  const bool held = has_held_huge_page(from.block);
  for (std::uint32_t i = 0; i < kBlockPages; ++i) {
    const SiteId site{from.block * kBlockPages + i};
    const SiteId twin{copy * kBlockPages + i};
    switch (mapping(site).value) {
      case kAbsent.value:
        break;
      case kZeroPage.value:
      case kKsmZeroPage.value:
        put_special(twin, mapping(site));
        break;
      case kSwapped.value:
        put_slot(twin, slot_in(site));
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
          if (extras.huge_page == kNoHugePage) huge_.add(huge_page, copy);
          extras.huge_page = huge_page;
          extras.huge.set(i);
        }
    }
  }
}

void GuestMemory::end(MmId mm) {
  AddressSpace& space = living(mm);
  for_each_present(mm, PageIndex{0}, PageIndex{kPageIndexEnd}, [this](SiteId s) { drop(s); });
  set_regions(mm, PageIndex{0}, PageIndex{kPageIndexEnd}, std::nullopt);
  end_space(space);
}

void GuestMemory::map(MmId mm, PageIndex start, PageCount count, Mergeable mergeable) {
  if (living(mm).merge_any) mergeable = Mergeable::yes;
  set_regions(mm, start, start + count, mergeable);
}

void GuestMemory::unmap(MmId mm, PageIndex start, PageCount count) {
  AddressSpace& space = living(mm);
  for_each_present(mm, start, start + count, [this](SiteId s) { drop(s); });
  set_regions(mm, start, start + count, std::nullopt);
  space.classes.clear(start, start + count);
  space.nodes.clear(start, start + count);
}

void GuestMemory::advise(MmId mm, PageIndex start, PageCount count, Mergeable mergeable) {
  KSM_CHECK(living(mm).living);
  if (mergeable == Mergeable::no) break_sharing(mm, start, start + count);
  set_regions(mm, start, start + count, mergeable);
}

void GuestMemory::opt_in(MmId mm) {
  AddressSpace& space = living(mm);
  if (space.merge_any) return;
  space.merge_any = true;
  const auto all = space.regions.extents();
  for (const auto& e : all) set_regions(mm, e.start, e.end, Mergeable::yes);
}

void GuestMemory::opt_out(MmId mm) {
  AddressSpace& space = living(mm);
  if (!space.merge_any) return;
  space.merge_any = false;
  const auto all = space.regions.extents();
  for (const auto& e : all) advise(mm, e.start, e.end - e.start, Mergeable::no);
}

void GuestMemory::write(MmId mm, PageIndex page, std::uint64_t content) {
  const SiteId site = site_of(living(mm), mm, page);
  if (!has_page(site) && mapping(site) == kSwapped) fault_in(site);
  if (has_page(site)) {
    note_touched(site);
    if (owns_page(site)) {
      set_own(site, content);
      return;
    }
    const FrameId mapped = frame_in(words_[site.value]);
    Frame& frame = frames_[mapped];
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
      set_own(site, content);
      return;
    }
  } else if (mapping(site) == kKsmZeroPage) {
    ++totals_.write_breaks;
  }
  drop(site);
  make_page(site, content);
}

void GuestMemory::set_class(MmId mm, PageIndex start, PageCount count, ClassId page_class) {
  auto& classes = living(mm).classes;
  const auto at = classes.at_or_after(start);
  const bool known = at != classes.extents().end() && at->start <= start &&
                     at->end >= start + count && at->value == page_class;
  if (!known) classes.set(start, start + count, page_class);
}

void GuestMemory::read(MmId mm, PageIndex start, PageCount count) {
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

void GuestMemory::discard(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId s) { drop(s); });
}

}  // namespace ksmsim::mem
