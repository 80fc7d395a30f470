// Fixed knobs: written once, before anything else happens, as by a line in rc.local.
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host::controllers {

class Fixed final : public Controller {
 public:
  explicit Fixed(std::vector<input::SetKnob> knobs) : knobs_(std::move(knobs)) {}

  Duration first_look() const override { return Duration::zero(); }
  Duration interval() const override { return kNoMoreLooks; }
  Decision decide(const HostView&) override { return {std::exchange(knobs_, {}), {}}; }
  std::unique_ptr<Controller> clone() const override { return std::make_unique<Fixed>(*this); }

 private:
  std::vector<input::SetKnob> knobs_;  // Not yet written.
};

// The knob of this name (or alias, see sim/ksm/knob_aliases.hpp) with its value, checked as this
// kernel would. Errors name the nearest knob, the kernels that have it, or what it accepts.
Result<input::SetKnob> checked_knob(const std::string& name, const std::string& value,
                                    const ksm::Traits& kernel);

// Constants are knobs with their values, written in the order given.
Result<std::unique_ptr<Controller>> make_fixed(const GivenConstants& given,
                                               const ksm::Traits& kernel);

}  // namespace ksmsim::host::controllers
