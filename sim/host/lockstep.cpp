#include "sim/host/lockstep.hpp"

namespace ksmsim::host {

Lockstep::Lockstep(const ksm::Traits& traits, cost::AgreedBytes agreed)
    : machine_(traits, cost::Meter(cost::measured_prices(), std::move(agreed)), {}) {
  if (machine_.ksmd().knobs().smart_scan) {
    KSM_CHECK(set({"smart_scan", "0"}) == ksm::WriteError::none);
  }
}

Result<void> Lockstep::apply(const input::Operation& operation) {
  const auto woken = machine_.apply(operation);
  if (!woken) return woken.error();
  if (*woken == Machine::Woken::yes && waiting_ == Waiting::for_work && machine_.has_work()) {
    turn();
  }
  return {};
}

ksm::WriteError Lockstep::set(const input::SetKnob& op) {
  const ksm::WriteError error = machine_.write_knob(op, {});
  if (error == ksm::WriteError::none && op.knob == "run") {
    // Stopped: ksmd is given the time to notice.
    if (machine_.ksmd().knobs().run != ksm::RunMode::merge) waiting_ = Waiting::for_work;
    if (waiting_ == Waiting::for_work && machine_.has_work()) turn();
  }
  return error;
}

void Lockstep::wake() {
  if (waiting_ == Waiting::for_time) turn();
}

void Lockstep::turn() {
  if (machine_.has_work()) {
    machine_.ksmd().begin_batch({});
    (void)machine_.ksmd().scan(machine_.memory(), kNever);
  }
  waiting_ = machine_.has_work() ? Waiting::for_time : Waiting::for_work;
}

}  // namespace ksmsim::host
