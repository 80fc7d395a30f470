#include "sim/mem/page_tables.hpp"

namespace ksmsim::mem {

// ---------------------------------------------------------------- address spaces

MmId PageTables::new_space() {
  const MmId mm{static_cast<std::uint32_t>(spaces_.size())};
  AddressSpace& space = spaces_.emplace_back();
  space.living = true;
  ++living_spaces_;
  space.family = space.parent = mm;
  return mm;
}

AddressSpace& PageTables::living(MmId mm) {
  KSM_CHECK(mm.value < spaces_.size() && spaces_[mm.value].living);
  return spaces_[mm.value];
}

void PageTables::end_space(AddressSpace& space) {
  space.classes = {};
  space.nodes = {};
  space.living = false;
  --living_spaces_;
}

ClassId PageTables::class_of(SiteId site) const {
  const ClassId* found = spaces_[mm_of(site).value].classes.find(page_of(site));
  return found != nullptr ? *found : ClassId{};
}

NumaNode PageTables::policy_of(SiteId site) const {
  const auto& nodes = spaces_[mm_of(site).value].nodes;
  const NumaNode* node = nodes.empty() ? nullptr : nodes.find(page_of(site));
  return node != nullptr ? *node : NumaNode{0};
}

void PageTables::set_regions(MmId mm, PageIndex start, PageIndex end,
                             std::optional<Mergeable> mergeable) {
  AddressSpace& space = spaces_[mm.value];
  if (mergeable) {
    space.regions.set(start, end, *mergeable);
  } else {
    space.regions.clear(start, end);
  }
  if (watcher_) watcher_->on_advise(mm, start, end, mergeable);
  for (std::size_t i = space.block_at_or_after(start.value / kBlockPages);
       i < space.blocks.size() && space.blocks[i].number * kBlockPages < end.value; ++i) {
    note_mergeable(space, space.blocks[i].block);
  }
}

void PageTables::copy_regions(const AddressSpace& parent, MmId child) {
  spaces_[child.value].regions = parent.regions;
  if (!watcher_) return;
  for (const auto& e : parent.regions.extents()) {
    watcher_->on_advise(child, e.start, e.end, e.value);
  }
}

void PageTables::note_mergeable(const AddressSpace& space, std::uint32_t number) {
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

// ---------------------------------------------------------------- blocks and sites

std::uint32_t PageTables::new_block(MmId mm, std::uint64_t number) {
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

SiteId PageTables::site_of(AddressSpace& space, MmId mm, PageIndex page) {
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

std::optional<SiteId> PageTables::find_site(MmId mm, PageIndex page) const {
  const AddressSpace& space = spaces_[mm.value];
  const std::uint64_t number = page.value / kBlockPages;
  const std::size_t i = space.block_at_or_after(number);
  if (i == space.blocks.size() || space.blocks[i].number != number) return std::nullopt;
  return SiteId{space.blocks[i].block * kBlockPages +
                static_cast<std::uint32_t>(page.value % kBlockPages)};
}

bool PageTables::was_touched(MmId mm, PageIndex start, PageIndex end) const {
  const auto& refs = spaces_[mm.value].blocks;
  const std::size_t i = spaces_[mm.value].block_at_or_after(start.value / kBlockPages);
  return i < refs.size() && refs[i].number * kBlockPages < end.value;
}

// Which blocks are absent stands in the levels above: a table of any level has 512 entries, and
// where a whole table is absent that is one entry of the next level.
Met PageTables::next_met(MmId mm, PageIndex from, PageIndex end) const {
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

Mapping PageTables::mapping(SiteId site) const {
  const std::uint64_t word = words_[site.value];
  if (!has_page(site)) {
    return word < kSwapped.value ? Mapping{static_cast<std::uint32_t>(word)} : kSwapped;
  }
  return owns_page(site) ? kOwnPage : Mapping{static_cast<std::uint32_t>(word)};
}

// REQUIRES: the site has a page of its own.
void PageTables::note_comparable(SiteId site) {
  BlockBits& bits = comparable_[site.value / kBlockPages];
  if (is_mergeable(site)) {
    bits.set(in_block(site));
  } else {
    bits.reset(in_block(site));
  }
}

void PageTables::note_writable(SiteId site) {
  const std::uint32_t extras = block_of(site).extras;
  if (extras != kNoBlockExtras) extras_[extras].read_only.reset(in_block(site));
}

BlockExtras& PageTables::extras_of(Block& block) {
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

bool PageTables::is_pinned(SiteId site) const {
  const std::uint32_t extras = block_of(site).extras;
  return extras != kNoBlockExtras && extras_[extras].pinned.test(in_block(site));
}

bool PageTables::is_read_only(SiteId site) const {
  const std::uint32_t extras = block_of(site).extras;
  return extras != kNoBlockExtras && extras_[extras].read_only.test(in_block(site));
}

std::uint32_t PageTables::huge_page_of(SiteId site) const {
  const std::uint32_t extras = block_of(site).extras;
  if (extras == kNoBlockExtras || !extras_[extras].huge.test(in_block(site))) return kNoHugePage;
  return extras_[extras].huge_page;
}

bool PageTables::is_whole_huge_page(const Block& block) const {
  if (block.extras == kNoBlockExtras) return false;
  const BlockBits& parts = extras_[block.extras].huge;
  for (std::uint32_t i = 0; i < kBlockPages; ++i) {
    if (!parts.test(i)) return false;
  }
  return true;
}

}  // namespace ksmsim::mem
