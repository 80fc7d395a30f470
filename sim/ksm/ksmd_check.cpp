// Ksmd: its invariants, counted anew.
#include "sim/ksm/ksmd.hpp"

namespace ksmsim::ksm {

void Ksmd::check_invariants(mem::KsmMemory& memory) const {
  memory.check_invariants();
  Ksmd copy = *this;  // A context wants to be able to change things; a check must not.
  const ScanContext c = copy.context(memory);
  stable_.check_invariants(c);
  std::int64_t items = 0;
  std::int64_t unshared = 0;
  std::int64_t merging = 0;
  for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
    const MmId mm{m};
    MmNumbers::OfMm of;
    mem::Met met = items_.next(memory, mm, PageIndex{0}, PageIndex{kPageIndexEnd});
    for (; met.found;
         met = items_.next(memory, mm, met.page + PageCount{1}, PageIndex{kPageIndexEnd})) {
      ++of.rmap_items;
      of.merging_pages += items_[met.site].state == RmapState::stable;
      unshared += items_[met.site].state == RmapState::unstable;
    }
    KSM_CHECK(of.rmap_items == kernel_.numbers.of(mm).rmap_items);
    KSM_CHECK(of.merging_pages == kernel_.numbers.of(mm).merging_pages);
    KSM_CHECK(of.rmap_items == 0 || kernel_.ring.contains(mm));
    items += of.rmap_items;
    merging += of.merging_pages;
  }
  KSM_CHECK(items == kernel_.counters.rmap_items);
  KSM_CHECK(unshared == kernel_.counters.pages_unshared);
  KSM_CHECK(merging == kernel_.counters.pages_shared + kernel_.counters.pages_sharing);
}

}  // namespace ksmsim::ksm
