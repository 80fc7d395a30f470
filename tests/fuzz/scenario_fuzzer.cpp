// Scenarios that nobody vouches for: reading them ends with guests that do what OperationChecker
// accepts, or with an Error of one line that begins with line and column.
#include <cstdint>
#include <string>
#include <string_view>

#include "models/scenario_file.hpp"
#include "models/scenario_source.hpp"
#include "sim/base/check.hpp"
#include "sim/input/operation_checker.hpp"

namespace {

using namespace ksmsim;
using namespace ksmsim::models;

// Guests that are small enough to watch for a while.
constexpr std::uint64_t kPagesMost = 4096;
constexpr int kOperationsMost = 500;

void check_error(const std::string& text) {
  KSM_CHECK(text.find('\n') == std::string::npos);
  const std::size_t line = text.find_first_not_of("0123456789");
  KSM_CHECK(line > 0 && line != std::string::npos && text[line] == ':');
  const std::size_t column = text.find_first_not_of("0123456789", line + 1);
  KSM_CHECK(column > line + 1 && text.substr(column, 2) == ": ");
}

std::uint64_t pages_of(const Scenario& scenario) {
  std::uint64_t pages = 0;
  for (const GuestSpec& guest : scenario.guests) {
    for (const RegionSpec& region : guest.regions) {
      KSM_CHECK(region.kind != nullptr && region.pages > 0);
      for (const Parameter& parameter : region.kind->parameters) {
        KSM_CHECK(region.values.has(parameter.key));
      }
      pages += region.pages * guest.count;
    }
  }
  return pages;
}

Result<OpenedTrace> no_trace(const std::string&) { return Error{"no traces here"}; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto scenario = read_scenario({reinterpret_cast<const char*>(bytes), size});
  if (!scenario) {
    check_error(scenario.error().text);
    return 0;
  }
  KSM_CHECK(scenario->run.sample_interval > Duration::zero());
  if (pages_of(*scenario) > kPagesMost) return 0;
  const auto source = ScenarioSource::create(*scenario, no_trace);
  if (!source) return 0;  // It wants a trace.
  input::OperationChecker checker;
  for (int i = 0; i < kOperationsMost; ++i) {
    const auto next = (*source)->next();
    KSM_CHECK(next.ok());
    if (!*next) break;
    KSM_CHECK((*next)->at <= scenario->guests_until);
    KSM_CHECK(checker.apply(**next).ok());
  }
  return 0;
}
