// KSM stepped batch by batch, as a lockstep script asks for it. Time stands still; a batch happens
// only where the script says so (docs/lockstep.md, *When ksmd runs*). The rows that come out are
// compared with those of a real kernel.
#pragma once
#include "sim/host/machine.hpp"

namespace ksmsim::host {

class Lockstep {
 public:
  // The knobs are those that every script begins with: smart scan off, run 0.
  // `agreed`: scripts' contents differ within their first 8 bytes.
  explicit Lockstep(const ksm::Traits& traits, cost::AgreedBytes agreed = {});

  // Carries out a guest operation. If it is the first registration and ksmd waits for work, that
  // is one batch. REQUIRES: OperationChecker accepts it.
  Result<void> apply(const input::Operation& operation);
  // Writes a knob; `run` 1 is one batch at once if ksmd waits for work and there is some.
  ksm::WriteError set(const input::SetKnob& op);
  // One wake-up of ksmd: a batch, if it naps between batches and there is work.
  void wake();

  ksm::Counters counters() const { return machine_.counters(); }
  const Machine& machine() const { return machine_; }
  // What ksmd has done so far.
  const cost::Work& work() const { return machine_.ksmd().meter().work(); }
  // Stops the program if an invariant of memory or KSM does not hold; slow.
  void check_invariants() { machine_.ksmd().check_invariants(machine_.memory()); }

 private:
  enum class Waiting { for_work, for_time };
  void turn();

  Machine machine_;
  Waiting waiting_ = Waiting::for_work;
};

}  // namespace ksmsim::host
