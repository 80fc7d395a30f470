// The truth: what every site of every address space holds, and which pages are in use, whatever KSM
// believes of it. No policy and no clock; what changes it is in the classes on top:
//   KsmMemory    what KSM does
//   GuestMemory  what guests do
//   HostMemory   what the host does: swap and reclaim
//
// Words: a *site* is one page of one address space. A site has a page of its *own*, or maps a
// *frame* together with others (frame.hpp), or something special. Pages and frames are *ordinary*
// or *KSM pages*; the latter are always frames.
//
// Invariants, tested by check_invariants(), with those of the parts:
//   (1) A frame's `mappings` is the number of sites that map it; a frame with none is free or in
//       the swap cache.
//   (2) A slot's `owners` is the number of sites that have it; a slot with none is free.
//   (3) Totals and per-space zero pages are the sums of what sites map.
//
// A value: copying it copies everything but who watches it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/mem/frame.hpp"
#include "sim/mem/frames.hpp"
#include "sim/mem/huge_pages.hpp"
#include "sim/mem/memory_rules.hpp"
#include "sim/mem/page_tables.hpp"
#include "sim/mem/swap.hpp"
#include "sim/mem/totals.hpp"

namespace ksmsim::mem {

class Sites : public PageTables {
 public:
  const Totals& totals() const { return totals_; }

  // ---- The page of a site. REQUIRES: has_page(site).
  std::uint64_t content(SiteId site) const {
    const std::uint64_t word = words_[site.value];
    return owns_page(site) ? word : frames_[frame_in(word)].content;
  }
  bool is_ksm(SiteId site) const {
    return !owns_page(site) && frames_[frame_in(words_[site.value])].is_ksm();
  }
  NumaNode node_of(SiteId site) const;
  // Whether the page is part of a huge page that a pin keeps whole.
  bool is_in_held_huge_page(SiteId site) const {
    return is_huge(site) && is_held(huge_page_of(site));
  }
  // All sites that map the site's page. REQUIRES: that is not a KSM page.
  std::vector<SiteId> mappers(SiteId site) const;

  // What a site has in swap. REQUIRES: mapping(site) == kSwapped.
  std::uint64_t swapped_content(SiteId site) const { return swap_[slot_in(site)].content; }
  bool swap_is_full() const { return totals_.swap_slots >= swap_.size(); }

  // ---- Frames.
  using PageTables::prefetch;
  void prefetch(FrameId frame) const { frames_.prefetch(frame); }
  const Frame& frame(FrameId frame) const { return frames_[frame]; }
  NumaNode node_of(FrameId frame) const { return frames_[frame].node; }
  // Whether the frame is in use, if only as a page in the swap cache.
  bool is_in_use(FrameId frame) const { return frames_.is_in_use(frame); }
  std::size_t frame_slots() const { return frames_.slots(); }
  // Owned frames that are no longer in use, since KsmMemory::forget_gone(): their numbers stay
  // taken until disown().
  const std::vector<FrameId>& gone() const { return frames_.gone(); }

  // Stops the program if an invariant does not hold; slow.
  void check_invariants() const;

 protected:
  explicit Sites(MemoryRules rules) : rules_(rules) {}

  static FrameId frame_in(std::uint64_t word) { return FrameId{static_cast<std::uint32_t>(word)}; }

  // ---- The changes that everything else is made of; they are what a watcher is told of, together
  // with PageTables::set_regions(). REQUIRES for the put_*: the site is absent.
  void drop(SiteId site);
  void put_special(SiteId site, Mapping special);
  void put_slot(SiteId site, std::uint32_t slot);
  void put_own(SiteId site, std::uint64_t content, NumaNode node);
  void put_frame(SiteId site, FrameId frame);
  void set_own(SiteId site, std::uint64_t content);  // REQUIRES: owns_page(site).
  FrameId share(SiteId site);                        // The site's own page as a frame.
  void take_back(SiteId site);  // The reverse. REQUIRES: nobody else has the frame.

  // A new page of the site's own, from where its policy says. REQUIRES: it is absent.
  void make_page(SiteId site, std::uint64_t content);
  // A write to a KSM page that one site maps takes the page (MemoryRules::sole_ksm_write).
  bool is_reused(FrameId frame) const;

  void let_go(FrameId frame);  // Frees it if nobody has it.
  void release_slot(std::uint32_t slot);
  void uncache(FrameId frame);

  bool is_held(std::uint32_t huge_page) const;
  bool has_held_huge_page(std::uint32_t block) const {
    const std::uint32_t extras = blocks_[block].extras;
    return extras != kNoBlockExtras && !extras_[extras].huge.none() &&
           is_held(extras_[extras].huge_page);
  }

  MemoryRules rules_;
  Frames frames_;
  Swap swap_;
  HugePages huge_;
  Totals totals_;

 private:
  void leave_huge_page(SiteId site);
  void let_go_of_pinned(SiteId site);
};

}  // namespace ksmsim::mem
