// What others ask of whatever carries out a kernel's KSM: the one way in for a host, a report or a
// test. The rules that every engine shares (knobs, counters, who is registered) are here and in
// KernelKsm; an engine adds how pages are visited and what is remembered of them. Ksmd is the exact
// one.
//
// It owns no clock and draws no random number: it counts the work it does and prices it (sim/cost);
// whoever calls it says what time it is and decides when the next batch begins (sim/host).
//
// A *batch* is one wake-up, at most pages_to_scan pages. A *pass* visits every mergeable page once
// and starts with an empty unstable tree. (The admin guide says "pass" for a batch.)
//
// Copied by clone(), its future with it. Memory is lent to each call.
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/ksm/kernel_ksm.hpp"
#include "sim/ksm/known.hpp"
#include "sim/mem/ksm_memory.hpp"

namespace ksmsim::ksm {

class Engine {
 public:
  using Woken = ksm::Woken;
  enum class BatchState { suspended, over };

  virtual ~Engine() = default;
  virtual std::unique_ptr<Engine> clone() const = 0;

  // ---- What is known of the kernel, and shown by it.
  const Knobs& knobs() const { return kernel_.knobs; }
  const Traits& traits() const { return *kernel_.traits; }
  const cost::Meter& meter() const { return kernel_.meter; }
  Counters counters(const mem::Sites& memory) const { return kernel_.shown_counters(memory); }
  // Passes completed since the start or the last run 2.
  std::int64_t full_scans() const { return kernel_.counters.full_scans; }
  // Visits since the beginning.
  const VisitOutcomes& outcomes() const { return kernel_.outcomes; }
  // The numbers of /proc/PID/ksm_stat.
  MmNumbers::OfMm of(MmId mm) const { return kernel_.numbers.shown(mm); }
  virtual std::int64_t metadata_bytes() const = 0;

  // ---- Who is registered.
  bool nobody_registered() const { return kernel_.ring.empty(); }
  bool registered(MmId mm) const { return kernel_.ring.contains(mm); }
  // An address space has mergeable memory, or is the child of one that is registered. Nothing if it
  // is registered already.
  Woken enter(MmId mm) { return kernel_.enter(mm); }
  // An address space has begun as a fork; to be said before enter().
  void fork(const mem::Sites& memory, MmId parent, MmId child) {
    kernel_.fork(memory, parent, child);
  }
  // The last user of an address space is gone; to be said before its pages are unmapped.
  void leave(MmId mm) { kernel_.leave(mm); }

  // A write to a file of /sys/kernel/mm/ksm. Returns the kernel's error, and changes nothing then.
  WriteError write_knob(mem::KsmMemory& memory, std::string_view name, std::string_view text,
                        BatchClock clock);

  // ---- Batches.
  // Begins a batch of pages_to_scan pages. REQUIRES: none is under way.
  void begin_batch(BatchClock clock);
  // Goes on with the batch as long as a visit begins before `until`; the first visit is at the
  // start of the batch, each further one when what was done so far has taken its price.
  virtual BatchState scan(mem::KsmMemory& memory, Time until) = 0;
  bool in_batch() const { return kernel_.batch.under_way(); }
  // When the batch so far ends. REQUIRES: a batch has begun.
  Time batch_time() const { return kernel_.time(); }
  // CPU time of the batch so far: also of what has been begun, and ends later.
  Duration batch_cpu() const { return kernel_.cpu(); }
  // What of it has passed by then. REQUIRES: the batch had begun.
  Duration batch_cpu_until(Time now) const {
    return std::min(batch_cpu(), now - kernel_.batch.clock().start);
  }

  // ---- What KSM knows of single pages.
  // REQUIRES: the site has a page.
  virtual Known known(const mem::Sites& memory, SiteId site) const = 0;
  // Whether a page that is a KSM page can take no further sharer.
  virtual bool is_full(const mem::Sites& memory, FrameId frame) const = 0;
  // Whether the kernel, coming from a KSM page, finds that this site maps it: by an item of the
  // page's node at the same address, in the same address space or in one that it descends from
  // (rmap_walk_ksm). REQUIRES: the site maps a KSM page.
  virtual bool finds(const mem::Sites& memory, SiteId site) const = 0;
  // All sites that it finds so. REQUIRES: the frame is a KSM page.
  virtual std::vector<SiteId> mappers(const mem::Sites& memory, FrameId frame) const = 0;

  // Stops the program if an invariant does not hold; slow.
  virtual void check_invariants(mem::KsmMemory& memory) const = 0;

 protected:
  explicit Engine(const KernelKsm& kernel) : kernel_(kernel) {}
  Engine(const Engine&) = default;
  Engine(Engine&&) = default;
  Engine& operator=(const Engine&) = default;
  Engine& operator=(Engine&&) = default;

  KernelKsm kernel_;

 private:
  // Removes stable nodes whose pages are gone, up to one whose page is still mapped: false then.
  virtual bool empty_stable_tree(mem::KsmMemory& memory) = 0;
  // run 2: private copies for everything merged, no items, no stable nodes. Slots stay registered.
  virtual void unmerge_all(mem::KsmMemory& memory) = 0;
};

}  // namespace ksmsim::ksm
