#include "sim/host/controllers/fixed.hpp"

#include <string>

#include "sim/base/nearest.hpp"
#include "sim/ksm/files.hpp"
#include "sim/ksm/knob_aliases.hpp"

namespace ksmsim::host::controllers {

Result<input::SetKnob> checked_knob(const std::string& name, const std::string& value,
                                    const ksm::Traits& kernel) {
  const std::string knob(ksm::kernel_name(name));
  if (ksm::find_file(knob) == nullptr) {
    return Error{"there is no knob '" + name + "'; the nearest is '" +
                 std::string(nearest(knob, ksm::knob_names())) + "'"};
  }
  ksm::Knobs scratch = ksm::knobs_after_boot(kernel);
  const ksm::WriteError answer = ksm::store(scratch, knob, value, kernel);
  if (answer != ksm::WriteError::none) return Error{ksm::explain(answer, knob, value, kernel)};
  return input::SetKnob{knob, value};
}

Result<std::unique_ptr<Controller>> make_fixed(const GivenConstants& given,
                                               const ksm::Traits& kernel) {
  std::vector<input::SetKnob> knobs;
  for (const auto& [name, value] : given) {
    auto knob = checked_knob(name, value, kernel);
    if (!knob) return knob.error();
    knobs.push_back(std::move(*knob));
  }
  return Result<std::unique_ptr<Controller>>(std::make_unique<Fixed>(std::move(knobs)));
}

}  // namespace ksmsim::host::controllers
