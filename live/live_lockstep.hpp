// Carries out a lockstep script on the KSM of the machine that this runs on, batch by batch, and
// tells the counters row by row. Needs root, and KSM to itself: where it holds pages of anybody, or
// anybody has mergeable memory, it refuses. Whatever happens, interruption by a signal included,
// the machine's settings are put back and nothing stays merged.
//
// Each address space is a process; see guest_process.hpp. What the machine has to be for scripts
// with swap, NUMA nodes or huge pages is checked where it matters, before anything is carried out.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "live/guest_process.hpp"
#include "live/ksm_files.hpp"
#include "live/live_session.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "traces/script.hpp"

namespace ksmsim::live {

// Counters after a batch. pages_scanned and pages_skipped, which the kernel counts from boot, are
// less what they were when the script began; so are ksm_zero_pages and general_profit, which a
// kernel that loses count at forks (6.6 to 6.16) does not begin with 0.
struct LiveRow {
  int line = 0;  // Of the script, from 1.
  CounterValues counters;
  // What ksmd's turn before the row took, if there was one and LiveOptions ask for it.
  std::optional<std::uint64_t> cpu_ns = {};
};

// The processes of the living address spaces.
using Guests = std::map<MmId, std::unique_ptr<GuestProcess>>;

struct LiveOptions {
  // Takes a row. An error ends the run.
  std::function<Result<void>(const LiveRow&)> on_row;
  // Called after every step, if there is such a function: to look at pages. An error ends the run.
  std::function<Result<void>(const traces::Step&, const Guests&)> after_step;
  IfLocked if_locked = IfLocked::refuse;
  bool measure_cpu = false;
};

// Returns nothing when all steps are done and the machine is as before.
std::optional<LiveFailure> run_live(const traces::Script& script, const LiveOptions& options);

}  // namespace ksmsim::live
