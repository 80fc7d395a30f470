// The exact engine: ksmd as the kernel has it, every visit carried out. Trees have the kernel's
// shape, because what a search in pages that have changed answers depends on it.
//
// Invariants, tested by check_invariants():
//   (1) An rmap item is in exactly one place: none, the unstable tree, or one stable node.
//   (2) rmap_items, pages_unshared and the counters of the stable tree are what a recount gives.
//
// A value: copying it copies its future. Memory is lent to each call.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/ksm/engine.hpp"
#include "sim/ksm/rmap_items.hpp"
#include "sim/ksm/scan_context.hpp"
#include "sim/ksm/stable_tree.hpp"
#include "sim/ksm/unstable_tree.hpp"

namespace ksmsim::ksm {

class Ksmd final : public Engine {
 public:
  Ksmd(const Traits& traits, const cost::Meter& meter, Ticks ticks)
      : Engine(KernelKsm(traits, meter, ticks)) {}
  std::unique_ptr<Engine> clone() const override { return std::make_unique<Ksmd>(*this); }

  BatchState scan(mem::KsmMemory& memory, Time until) override;

  std::int64_t metadata_bytes() const override {
    return kernel_.metadata_bytes(stable_.node_count());
  }
  Known known(const mem::Sites& memory, SiteId site) const override;
  bool is_full(const mem::Sites& memory, FrameId frame) const override;
  bool finds(const mem::Sites& memory, SiteId site) const override;
  std::vector<SiteId> mappers(const mem::Sites& memory, FrameId frame) const override;
  void check_invariants(mem::KsmMemory& memory) const override;

 private:
  bool empty_stable_tree(mem::KsmMemory& memory) override;
  void unmerge_all(mem::KsmMemory& memory) override;

  ScanContext context(mem::KsmMemory& memory);
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

  RmapItems items_;
  StableTree stable_;
  UnstableTree unstable_;

  // The cursor inside the current address space.
  PageIndex next_page_{};      // Pages below were walked in this pass.
  PageIndex item_position_{};  // Items below were dealt with in this pass.
  bool met_region_ = false;    // A mergeable region was found since the start of this slot.
  // The block that the last page was met in, as long as nothing but visits has happened since.
  std::uint32_t walked_block_ = kNoNode;
  std::uint32_t warmed_up_to_ = 0;  // Sites of the walked block below this are in the caches.
};

}  // namespace ksmsim::ksm
