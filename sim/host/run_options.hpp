// How a run is to be done: which kernel, which host, which knobs, how long. Every default is a
// value here and is spelled out in the result.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/cost/prices.hpp"
#include "sim/host/controller.hpp"
#include "sim/host/ram_options.hpp"
#include "sim/input/operation.hpp"
#include "sim/ksm/ticks.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host {

class RunWatcher;  // sim/host/run_watcher.hpp

// What the machine is like. Ticks decide when ksmd wakes up, prices how long it works.
struct HostOptions {
  ksm::Ticks ticks{};                             // HZ 250 (Debian's kernels); phase 0.
  cost::Prices prices = cost::measured_prices();  // Picoseconds for each unit of work.
  // Measured on a Linux guest's memory: two unequal pages on the path of a search differ after 33
  // bytes on average, whatever the size of the tree (docs/validation.md).
  cost::AgreedBytes agreed{.otherwise = 33};
  Duration swap_write{};  // How long the swap device takes for a page; 0: a RAM disk, zram.
};

// When a run is over.
enum class EndAt : std::uint8_t {
  trace_end,  // After the last operation,
  settled,    // or later, when a whole pass has changed nothing (guests hold still meanwhile),
  time        // or at `until`.
};

// When blast radii are counted: each count looks at every merged page.
enum class Blasts : std::uint8_t {
  at_end,
  at_peak_too  // And at the ends of passes that raise the saving by a twentieth over the last
               // count.
};

// Whether it is measured how long contents live (LifeLog): 4 bytes for each page that was written.
enum class Lives : std::uint8_t { not_measured, measured };

struct RunOptions {
  const ksm::Traits* traits = &ksm::default_traits();
  HostOptions host{};
  RamOptions ram{};
  ControllerOptions controller{};
  std::map<std::string, Accel> accel;  // How guests were started, by name; others: enable_kvm.
  std::vector<std::string> classes;    // Names of pages' classes, by ClassId: balloons ask.
  // Written at time 0, in order. A trace's own writes to these knobs are left out: the answer is to
  // "and what if". KSM is switched on (run 1) unless `run` is among them or the trace says else.
  std::vector<input::SetKnob> knobs;
  Duration sample_interval = std::chrono::seconds(1);
  EndAt end_at = EndAt::trace_end;
  Time until = kNever;
  Blasts blasts = Blasts::at_end;
  Lives lives = Lives::not_measured;
  std::uint64_t seed = 1;  // Of every random stream; a replay draws none.
  // Who watches, also the run's copies; outlives them. Nobody: nullptr.
  RunWatcher* watcher = nullptr;
};

}  // namespace ksmsim::host
