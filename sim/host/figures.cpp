#include "sim/host/figures.hpp"

#include "sim/ksm/files.hpp"

namespace ksmsim::host {

results::Sample sample_of(const Machine& machine, Time now) {
  const mem::Totals& totals = machine.memory().totals();
  results::Sample s;
  s.at_ns = nanoseconds(now);
  s.counters = machine.counters();
  s.truth = {.present_pages = totals.present_sites,
             .saved_pages = totals.saved(),
             .zero_pages = totals.ksm_zero_pages,
             .metadata_bytes = machine.ksmd().metadata_bytes(),
             .cow_ksm = totals.cow_ksm,
             .write_breaks = totals.write_breaks,
             .unmerge_breaks = totals.unmerge_breaks};
  const ksm::Knobs& knobs = machine.ksmd().knobs();
  s.pages_to_scan = knobs.pages_to_scan;
  s.run = static_cast<std::int64_t>(knobs.run);
  s.sleep_millisecs = knobs.sleep_millisecs;
  return s;
}

results::Guest ksm_stat_of(const Machine& machine, MmId mm, const std::string& name) {
  const auto items = machine.ksmd().of(mm);
  const auto& space = machine.memory().space(mm);
  results::Guest g;
  g.name = name;
  for (const auto& ref : space.blocks) {
    const mem::Block& block = machine.memory().block(ref.block);
    for (std::uint32_t i = block.anonymous.next(0); i < mem::kBlockPages;
         i = block.anonymous.next(i + 1)) {
      ++g.present_pages;
    }
  }
  g.present_pages += space.ksm_zero_pages;
  const std::int64_t zero_pages =
      ksm::has_file(machine.ksmd().traits(), "ksm_zero_pages") ? space.ksm_zero_pages : 0;
  g.ksm_rmap_items = items.rmap_items;
  g.ksm_zero_pages = zero_pages;
  g.ksm_merging_pages = items.merging_pages;
  g.ksm_merge_any = space.merge_any ? 1 : 0;
  g.ksm_mergeable = space.has_mergeable_region() ? 1 : 0;
  g.ksm_process_profit =
      (items.merging_pages + zero_pages) * static_cast<std::int64_t>(kPageBytes) -
      items.rmap_items * ksm::kRmapItemBytes;
  return g;
}

}  // namespace ksmsim::host
