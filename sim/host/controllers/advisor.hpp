// The kernel's own advisor (6.8 and later), switched on at the start and given its limits. It works
// inside ksmd (sim/ksm/advisor.hpp): at the end of each pass it sets pages_to_scan so that a pass
// takes its target.
#pragma once
#include <memory>

#include "sim/base/result.hpp"
#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host::controllers {

ConstantTable advisor_constants();
// An error if the kernel has no advisor. REQUIRES: the values are of this table.
Result<std::unique_ptr<Controller>> make_advisor(const ConstantValues& values,
                                                 const ksm::Traits& kernel);

}  // namespace ksmsim::host::controllers
