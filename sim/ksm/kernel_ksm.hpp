// What a kernel's KSM is, whichever engine carries it out: the traits of its release, its knobs and
// counters, who is registered, the advisor, the work done and the batch under way. How pages are
// visited, and what is remembered of them, is the engine's (engine.hpp).
//
// Its parts are open to the engine; each is a class that keeps itself in order. A value.
#pragma once
#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/cost/prices.hpp"
#include "sim/ksm/advisor.hpp"
#include "sim/ksm/batch.hpp"
#include "sim/ksm/counters.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/mm_numbers.hpp"
#include "sim/ksm/mm_ring.hpp"
#include "sim/ksm/ticks.hpp"
#include "sim/ksm/traits.hpp"
#include "sim/ksm/visit_outcome.hpp"
#include "sim/mem/sites.hpp"

namespace ksmsim::ksm {

// Whether a ksmd that waits for work has some now.
enum class Woken { no, yes };

struct KernelKsm {
  KernelKsm(const Traits& of_release, const cost::Meter& at_prices, Ticks of_kernel)
      : traits(&of_release),
        knobs(knobs_after_boot(of_release)),
        meter(at_prices),
        ticks(of_kernel) {}

  const Traits* traits;  // A row of the table of kernels: what this release does.
  Knobs knobs;
  Counters counters;  // Of them ksm_zero_pages is known to shown_counters() only.
  MmNumbers numbers;
  MmRing ring;
  ScanTimeAdvisor advisor;
  cost::Meter meter;  // Work since the beginning.
  Ticks ticks;
  VisitOutcomes outcomes{};
  Batch batch;

  // What /sys/kernel/mm/ksm shows.
  Counters shown_counters(const mem::Sites& memory) const;
  // Bytes of kernel memory that KSM's own records take: rmap items and stable nodes of 64 bytes,
  // chain heads of 64, slots of 48 (measured: slab of 6.18, x86-64).
  std::int64_t metadata_bytes(std::int64_t stable_nodes) const;

  // See Engine.
  Woken enter(MmId mm);
  void fork(const mem::Sites& memory, MmId parent, MmId child);
  void leave(MmId mm);

  // The first slot of the ring is about to be dealt with; all have been.
  void start_pass() { advisor.start_pass(knobs, time() + ticks.boot); }
  void end_pass();
  void note_item_made(MmId mm);
  void note_item_freed(MmId mm);
  void note_visit(VisitOutcome outcome) { ++outcomes[static_cast<std::size_t>(outcome)]; }
  // The kernel's counter of passes, as trees and items are stamped with it.
  std::uint64_t pass() const { return static_cast<std::uint64_t>(counters.full_scans); }

  Duration cpu() const { return batch.cpu(meter); }
  Time time() const { return batch.time(meter); }
  bool out_of_time() const { return batch.out_of_time(meter); }

 private:
  // That forks mapped without ksm_zero_pages growing (ForkNumbers::inherited).
  std::int64_t uncounted_zero_pages_ = 0;
};

}  // namespace ksmsim::ksm
