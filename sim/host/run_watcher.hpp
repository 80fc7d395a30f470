// Whoever watches a run while it goes on: a live view, a test, a probe. Its hooks are empty by
// default.
//
// Invariant: they get values and read-only views, so they never change the simulation. A run that
// is watched ends as one that is not.
#pragma once
#include "sim/base/time.hpp"
#include "sim/host/machine.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

class RunWatcher {
 public:
  virtual ~RunWatcher() = default;

  // ksmd has visited the last page of a pass. `at`: when the time for that has passed, later than
  // other hooks' times may be that come next.
  virtual void pass_ended(Time /*at*/, const Machine& /*machine*/) {}
  // A sample was taken on time; the one that Run::finish() makes is not among them.
  virtual void sample_taken(const results::Sample& /*sample*/) {}
  // A guest ends or is killed now; it still holds what it held.
  virtual void guest_ended(Time /*at*/, const results::Guest& /*guest*/) {}
};

}  // namespace ksmsim::host
