// A recorded snapshot set beside what the simulator makes of it.
//
//   Frozen runs: guests that hold still, whole passes; every counter has to be equal.
//   Live part:   guests at work, knobs as they were turned; counters at every recorded second.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cli/live_rows.hpp"
#include "sim/base/result.hpp"
#include "sim/ksm/traits.hpp"
#include "traces/snapshots/dataset.hpp"
#include "traces/snapshots/importer.hpp"

namespace ksmsim::cli {

// What the frozen runs showed.
struct FrozenValidation {
  struct Run {
    std::string name;
    std::size_t passes = 0;
    std::size_t values = 0;                // Counters compared, over all passes.
    std::vector<std::string> differences;  // In words.
    double recorded_cpu_s = 0, predicted_cpu_s = 0;
  };
  std::vector<Run> runs;
  bool equal() const;
};
Result<FrozenValidation> validate_frozen(const traces::snapshots::Dataset& data,
                                         const ksm::Traits& traits);

// A row for every recorded second.
Result<std::vector<LiveRow>> validate_live(const traces::snapshots::Dataset& data,
                                           const traces::snapshots::ImportOptions& import,
                                           const ksm::Traits& traits);

}  // namespace ksmsim::cli
