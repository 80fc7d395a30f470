// The scanning daemon and everything that KSM knows, as a decision procedure. It owns no clock and
// draws no random number: it counts the work it does and prices it (sim/cost); whoever calls it
// says what time it is and decides when the next batch begins (sim/host).
//
// A *batch* is one wake-up, at most pages_to_scan pages. A *pass* visits every mergeable page once
// and starts with an empty unstable tree. (The admin guide says "pass" for a batch.)
//
// Invariants, tested by check_invariants():
//   (1) An rmap item is in exactly one place: none, the unstable tree, or one stable node.
//   (2) rmap_items, pages_unshared and the counters of the stable tree are what a recount gives.
//
// A value: copying it copies its future. Memory is lent to each call.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/ksm/advisor.hpp"
#include "sim/ksm/counters.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/mm_ring.hpp"
#include "sim/ksm/rmap_items.hpp"
#include "sim/ksm/scan_context.hpp"
#include "sim/ksm/stable_tree.hpp"
#include "sim/ksm/ticks.hpp"
#include "sim/ksm/traits.hpp"
#include "sim/ksm/unstable_tree.hpp"

namespace ksmsim::ksm {

// What became of one visited page: one outcome each, so outcomes sum to pages_scanned.
enum class VisitOutcome : std::uint8_t {
  still_merged,      // A KSM page whose item was on its node already.
  checksum_changed,  // Seen for the first time, written since the last visit, or (2.6.32) alone.
  zero_page,         // Merged with the kernel's page of zeros.
  joined,            // Merged with a KSM page.
  paired,            // Became a KSM page together with its equal from the unstable tree.
  unshared,          // No equal: inserted into the unstable tree.
  gave_up,           // The search met a page that was gone, or the page's own twin.
  merge_failed
};
inline constexpr std::array<const char*, 8> kVisitOutcomeNames{
    "still_merged", "checksum_changed", "zero_page", "joined",
    "paired",       "unshared",         "gave_up",   "merge_failed"};

// The moment at which a batch begins, and what ksmd has used until then.
struct BatchClock {
  Time start{};
  Duration cpu{};
};

class Ksmd {
 public:
  Ksmd(const Traits& traits, const cost::Meter& meter, Ticks ticks)
      : traits_(&traits), knobs_(knobs_after_boot(traits)), meter_(meter), ticks_(ticks) {}

  const Knobs& knobs() const { return knobs_; }
  const Traits& traits() const { return *traits_; }
  const cost::Meter& meter() const { return meter_; }
  Counters counters(const mem::HostMemory& memory) const;
  // Passes completed since the start or the last run 2.
  std::int64_t full_scans() const { return counters_.full_scans; }
  // Visits since the beginning, by VisitOutcome.
  const std::array<std::uint64_t, kVisitOutcomeNames.size()>& outcomes() const { return outcomes_; }
  // The numbers of /proc/PID/ksm_stat.
  RmapItems::OfMm of(MmId mm) const { return items_.shown(mm); }
  const RmapItem* item(SiteId site) const { return items_.exists(site) ? &items_[site] : nullptr; }
  // Bytes of kernel memory that KSM's own records take: rmap items and stable nodes of 64 bytes,
  // chain heads of 64, slots of 48 (measured: slab of 6.18, x86-64).
  std::int64_t metadata_bytes() const;
  // Whether a page that is a KSM page can take no further sharer.
  bool is_full(const mem::HostMemory& memory, FrameId frame) const;
  bool nobody_registered() const { return ring_.empty(); }
  bool registered(MmId mm) const { return ring_.contains(mm); }
  // Whether the kernel, coming from a KSM page, finds that this site maps it: by an item of the
  // page's node at the same address, in the same address space or in one that it descends from
  // (rmap_walk_ksm). REQUIRES: the site maps a KSM page.
  bool finds(const mem::HostMemory& memory, SiteId site) const;
  // All sites that it finds so. REQUIRES: the frame is a KSM page.
  std::vector<SiteId> mappers(const mem::HostMemory& memory, FrameId frame) const;

  enum class Woken { no, yes };  // Whether a ksmd that waits for work has some now.
  // An address space has mergeable memory, or is the child of one that is registered. Nothing if it
  // is registered already.
  Woken enter(MmId mm);
  // An address space has begun as a fork; to be said before enter().
  void fork(const mem::HostMemory& memory, MmId parent, MmId child);
  // The last user of an address space is gone; to be said before its pages are unmapped.
  void leave(MmId mm);

  // A write to a file of /sys/kernel/mm/ksm. Returns the kernel's error, and changes nothing then.
  WriteError write_knob(mem::HostMemory& memory, std::string_view name, std::string_view text,
                        BatchClock clock);

  // Begins a batch of pages_to_scan pages. REQUIRES: none is under way.
  void begin_batch(BatchClock clock);
  enum class BatchState { suspended, over };
  // Goes on with the batch as long as a visit begins before `until`; the first visit is at the
  // start of the batch, each further one when what was done so far has taken its price.
  BatchState scan(mem::HostMemory& memory, Time until);
  // When the batch so far ends. REQUIRES: a batch has begun.
  Time batch_time() const { return clock_.start + batch_cpu(); }
  bool in_batch() const { return in_batch_; }
  // CPU time of the batch so far: also of what has been begun, and ends later.
  Duration batch_cpu() const;
  // What of it has passed by then. REQUIRES: the batch had begun.
  Duration batch_cpu_until(Time now) const { return std::min(batch_cpu(), now - clock_.start); }

  void check_invariants(mem::HostMemory& memory) const;

 private:
  ScanContext context(mem::HostMemory& memory);
  // What the walk has come to: a page, the end of what it walked, or the end of its time before
  // either.
  struct Next {
    enum class What { page, pass_over, nothing_yet } what;
    SiteId site;
  };
  Next next_page(ScanContext& c);
  Next next_page_of_current(ScanContext& c);
  using Region = ExtentMap<mem::Mergeable>::Extent;
  // Whether a walk can take so long that what it meets is not what was there when it began: hours
  // where absent pages are looked up one by one.
  enum class Walk { short_one, long_one };
  Walk pay_for_walk(const ScanContext& c, MmId mm, const Region& region, const mem::Met& met);
  bool out_of_time() const { return meter_.picoseconds() - batch_base_ >= scan_end_; }
  bool ages(const ScanContext& c, SiteId site) const;
  mem::Met next_met(const ScanContext& c, MmId mm, PageIndex end);
  void destroy_items_before(ScanContext& c, MmId mm, const mem::Met& met);
  void start_pass(ScanContext& c);
  void leave_current(ScanContext& c);
  void destroy_items(ScanContext& c, MmId mm, PageIndex from, PageIndex end);
  VisitOutcome visit(ScanContext& c, SiteId site);
  std::optional<VisitOutcome> visit_third_page(ScanContext& c, SiteId site);
  std::optional<VisitOutcome> compare_checksum(ScanContext& c, const ScannedPage& page);
  VisitOutcome search_unstable(ScanContext& c, const ScannedPage& page);
  void warm_up(const ScanContext& c, const ScannedPage& page);
  VisitOutcome merge_pair(ScanContext& c, SiteId site, SiteId partner);
  std::optional<FrameId> page_for_pair(ScanContext& c, SiteId site, SiteId partner);
  bool may_merge(ScanContext& c, SiteId site);
  bool is_known(mem::Mapping mapped, SiteId site) const;
  bool merge_into(ScanContext& c, SiteId site, FrameId target);
  void untree(ScanContext& c, SiteId site);
  void unmerge_all(ScanContext& c);

  const Traits* traits_;  // A row of the table of kernels: what this version does.
  Knobs knobs_;
  cost::Meter meter_;  // Work since the beginning.
  Ticks ticks_;
  MmRing ring_;
  RmapItems items_;
  StableTree stable_;
  UnstableTree unstable_;
  ScanTimeAdvisor advisor_;
  Counters counters_;  // rmap_items and ksm_zero_pages are filled in by counters().
  // That forks mapped without ksm_zero_pages growing (ForkNumbers::inherited).
  std::int64_t uncounted_zero_pages_ = 0;
  std::array<std::uint64_t, kVisitOutcomeNames.size()> outcomes_{};

  // The cursor inside the current address space.
  PageIndex next_page_{};      // Pages below were walked in this pass.
  PageIndex item_position_{};  // Items below were dealt with in this pass.
  bool met_region_ = false;    // A mergeable region was found since the start of this slot.
  // The block that the last page was met in, as long as nothing but visits has happened since.
  std::uint32_t walked_block_ = kNoNode;
  std::uint32_t warmed_up_to_ = 0;  // Sites of the walked block below this are in the caches.

  bool in_batch_ = false;
  BatchClock clock_{};
  std::uint64_t batch_left_ = 0;  // Pages.
  std::uint64_t batch_base_ = 0;  // The meter when the batch began, picoseconds.
  std::uint64_t scan_end_ = 0;    // Until when it is scanned for now, picoseconds from its begin.
};

}  // namespace ksmsim::ksm
