// When a controller looks at the host: first at a time of its own, then at its interval, and, if it
// heeds guests, when one comes or goes.
//
// Invariants:
//   (1) One look is to come: of those that are scheduled only the last counts.
//   (2) A controller that has changed nothing at its last looks may still turn a knob later;
//       is_quiet() says when nobody waits for that any more.
// It shows the host to nobody and carries out no decision: whoever drives it does.
//
// A value: a copy has a controller of its own with the same state. The timeline is lent to each
// call.
#pragma once
#include <cstdint>
#include <memory>
#include <utility>

#include "sim/host/controller_slot.hpp"
#include "sim/host/timeline.hpp"

namespace ksmsim::host {

class ControllerClock {
 public:
  ControllerClock() = default;  // No controller: it never looks.
  explicit ControllerClock(std::unique_ptr<Controller> controller)
      : controller_(std::move(controller)) {}

  explicit operator bool() const { return static_cast<bool>(controller_); }
  // The run begins: whether the first look is now; otherwise it is scheduled.
  enum class FirstLook : std::uint8_t { now, scheduled, never };
  FirstLook begin(Timeline& timeline);
  // A guest has come or gone.
  void heed_guests(Timeline& timeline);
  // Whether the look of this number is the one to come.
  bool is_next(std::uint64_t look) const { return look == look_; }

  // What it would write, seeing this. REQUIRES: there is a controller.
  Decision decide(const HostView& view) { return controller_->decide(view); }
  // The same, and it forgets that it was asked.
  Decision would_decide(const HostView& view) const;

  enum class Changed : std::uint8_t { nothing, something };
  // What it decided has been carried out: the next look is scheduled.
  void end_look(Changed changed, Timeline& timeline);
  // Whether there is none, or its last two looks changed nothing.
  bool is_quiet() const { return !controller_ || quiet_looks_ >= 2; }

 private:
  void schedule_look(Time at, Timeline& timeline);

  ControllerSlot controller_;
  std::uint64_t look_ = 0;  // Number of the next look.
  int quiet_looks_ = 0;     // The last ones in a row that changed nothing.
};

}  // namespace ksmsim::host
