#include "sim/ksm/engine.hpp"

namespace ksmsim::ksm {

WriteError Engine::write_knob(mem::KsmMemory& memory, std::string_view name, std::string_view text,
                              BatchClock clock) {
  Knobs wanted = knobs();
  if (const auto e = store(wanted, name, text, traits()); e != WriteError::none) return e;
  kernel_.batch.note_time(clock);
  if (wanted.merge_across_nodes != knobs().merge_across_nodes ||
      wanted.max_page_sharing != knobs().max_page_sharing) {
    // Nodes whose pages are gone are removed on the way to EBUSY, as in the kernel.
    if (kernel_.counters.pages_shared != 0 || !empty_stable_tree(memory)) return WriteError::busy;
  }
  const bool unmerge = wanted.run == RunMode::unmerge && knobs().run != RunMode::unmerge;
  const bool mode_changed = wanted.advisor_mode != knobs().advisor_mode;
  kernel_.knobs = wanted;
  memory.set_unmerging(knobs().run == RunMode::unmerge);
  if (unmerge) {
    unmerge_all(memory);
    kernel_.counters.full_scans = 0;
  }
  if (mode_changed) kernel_.advisor.switch_mode(kernel_.knobs);
  return WriteError::none;
}

void Engine::begin_batch(BatchClock clock) {
  kernel_.batch.begin(clock, knobs().pages_to_scan, kernel_.meter);
  kernel_.meter.add(&cost::Units::batches);
}

}  // namespace ksmsim::ksm
