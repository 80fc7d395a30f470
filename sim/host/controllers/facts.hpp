// What a result says of the controller of its run.
#pragma once
#include <map>
#include <string>

#include "sim/host/controller.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/results/controller_facts.hpp"

namespace ksmsim::host::controllers {

// Of the controller that the options describe (if any), while the knobs are these. Guests that were
// started with -accel kvm are unseen where it passes over them, whatever comes of it.
// REQUIRES: it can be made from the options.
results::ControllerFacts facts_of(const ControllerOptions& options,
                                  const std::map<std::string, Accel>& accel,
                                  const ksm::Knobs& knobs);

}  // namespace ksmsim::host::controllers
