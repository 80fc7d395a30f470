#include "sim/host/controller_clock.hpp"

namespace ksmsim::host {

ControllerClock::FirstLook ControllerClock::begin(Timeline& timeline) {
  if (!controller_) return FirstLook::never;
  if (controller_->first_look() == Duration::zero()) return FirstLook::now;
  schedule_look(timeline.now() + controller_->first_look(), timeline);
  return FirstLook::scheduled;
}

void ControllerClock::heed_guests(Timeline& timeline) {
  if (controller_ && controller_->heeds_guests()) schedule_look(timeline.now(), timeline);
}

Decision ControllerClock::would_decide(const HostView& view) const {
  const ControllerSlot copy = controller_;
  return copy->decide(view);
}

void ControllerClock::end_look(Changed changed, Timeline& timeline) {
  quiet_looks_ = changed == Changed::something ? 0 : quiet_looks_ + 1;
  schedule_look(timeline.now() + controller_->interval(), timeline);
}

void ControllerClock::schedule_look(Time at, Timeline& timeline) {
  timeline.schedule(at, {What::controller_looks, ++look_});
}

}  // namespace ksmsim::host
