// Measurements of ksmd's CPU time, and the work that the simulated ksmd does for the same:
//   DIR/batches.csv  CPU time and movement of every counter, batch by batch, for lockstep scripts
//                    NAME.ksm in DIR or in DIR/../recorded;
//   DIR/rates.csv    CPU time for each page of whole passes over one pattern of contents
//   (optional).
#pragma once
#include <string>
#include <vector>

#include "models/price_fit.hpp"
#include "sim/base/result.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

struct CpuData {
  std::vector<models::Measured> batches;  // By script.
  std::vector<models::Measured> rates;    // By case.
  // Batches in which a counter moved otherwise than recorded, in words. Should be none.
  std::vector<std::string> differences;

  std::vector<models::Measured> all() const;  // Batches and rates.
};

// Behind a price in a file for --host.
inline constexpr const char* kNotMeasured = "  # not measured here: the stored price";

// Reads the measurements and carries the same work out on the simulated kernel.
Result<CpuData> load_cpu_data(const std::string& directory, const ksm::Traits& traits);

}  // namespace ksmsim::cli
