// Carries out a lockstep script on the KSM of the machine that this runs on, batch by batch, and
// tells the counters row by row. Needs root, and KSM to itself. Whatever happens, interruption by a
// signal included, the machine's settings are put back and nothing stays merged.
//
// Each address space is a process; see guest_process.hpp. What the machine has to be for scripts
// with swap, NUMA nodes or huge pages is checked where it matters, before anything is carried out.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "traces/live/guest_process.hpp"
#include "traces/live/ksm_files.hpp"
#include "traces/live/machine_lock.hpp"
#include "traces/script.hpp"

namespace ksmsim::traces::live {

// Counters after a batch. pages_scanned and pages_skipped, which the kernel counts from boot, are
// less what they were when the script began.
struct LiveRow {
  int line = 0;  // Of the script, from 1.
  CounterValues counters;
};

// The processes of the living address spaces.
using Guests = std::map<MmId, std::unique_ptr<GuestProcess>>;

struct LiveOptions {
  // Takes a row. An error ends the run.
  std::function<Result<void>(const LiveRow&)> on_row;
  // Called after every step, if there is such a function: to look at pages. An error ends the run.
  std::function<Result<void>(const Step&, const Guests&)> after_step;
  IfLocked if_locked = IfLocked::refuse;
};

struct LiveFailure {
  enum class Kind : std::uint8_t {
    machine,  // The kernel, the machine, a process, a signal, or one of the functions above.
    script,   // The kernel refuses a knob or its value.
    in_use,   // Something else is mergeable on this machine, or steps it.
  };
  Kind kind = Kind::machine;
  Error error;
};

// Returns nothing when all steps are done and the machine is as before.
std::optional<LiveFailure> run_live(const Script& script, const LiveOptions& options);

}  // namespace ksmsim::traces::live
