// All controllers: an explicit list. A new one is a file, a line in registry.cpp and a test.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/host/controllers/pace.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host::controllers {

// Whether its decisions hang on the host's memory, which has to have an end then.
enum class LooksAt : std::uint8_t { memory, nothing };

// A controller for whoever chooses one.
struct ControllerInfo {
  std::string_view name;
  std::string_view explanation;  // One line.
  ConstantTable constants;
  std::string_view constants_are;  // Others beside those in the table; empty: none.
  LooksAt looks_at = LooksAt::memory;
  PaceConstants pace;  // If it turns the knobs of ksmd's pace time and again.
  // REQUIRES: the options have this name.
  Result<std::unique_ptr<Controller>> (*make)(const ControllerOptions& options,
                                              const ksm::Traits& kernel);
};

// In the order in which they are shown.
std::span<const ControllerInfo> all_controllers();

// The controller of this name; an error that says the nearest known one.
Result<const ControllerInfo*> find_controller(const std::string& name);

// REQUIRES: there is a controller of this name.
bool looks_at_memory(const std::string& name);

// The controller that the options describe, for a host with this kernel; nullptr if they name none.
// Errors are one line: unknown names, values out of range, knobs that the kernel lacks.
Result<std::unique_ptr<Controller>> make_controller(
    const ControllerOptions& options, const ksm::Traits& kernel = ksm::default_traits());

}  // namespace ksmsim::host::controllers
