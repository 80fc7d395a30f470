#include "sim/host/controllers/advisor.hpp"

#include <array>
#include <string>
#include <string_view>

#include "sim/host/controllers/fixed.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::string_view kAdvisorSource = "cited: mm/ksm.c of 6.8";

constexpr std::array<Constant, 4> kAdvisorTable{{
    {"advisor_target_scan_time", kWhole, "200", "s", 1, 1'000'000, kAdvisorSource,
     "length of a pass"},
    {"advisor_max_cpu", kWhole, "70", "percent of a core", 0, 100, kAdvisorSource,
     "of ksmd at most"},
    {"advisor_min_pages_to_scan", kWhole, "500", "pages", 0, kPagesMost, kAdvisorSource,
     "pages_to_scan to begin with"},
    {"advisor_max_pages_to_scan", kWhole, "30000", "pages", 0, kPagesMost, kAdvisorSource,
     "pages_to_scan at most"},
}};

}  // namespace

ConstantTable advisor_constants() { return kAdvisorTable; }

// The mode comes last: when it is switched on it takes its first value from the limits.
Result<std::unique_ptr<Controller>> make_advisor(const ConstantValues& values,
                                                 const ksm::Traits& kernel) {
  GivenConstants knobs;
  for (const Constant& constant : kAdvisorTable) {
    knobs.emplace_back(constant.name, std::to_string(values[constant.name]));
  }
  knobs.emplace_back("advisor_mode", "scan-time");
  return make_fixed(knobs, kernel);
}

}  // namespace ksmsim::host::controllers
