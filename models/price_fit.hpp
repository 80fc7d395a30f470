// Prices of ksmd's work, fitted to measurements of real kernels: the non-negative prices whose
// predictions are closest, relative to what was measured. Rounded to whole picoseconds at the end.
#pragma once
#include <string>
#include <vector>

#include "sim/cost/work.hpp"

namespace ksmsim::models {

// CPU time measured for some work.
struct Measured {
  std::string group;  // What it belongs to: a script, a case of a table.
  cost::Work work;
  double cpu_ns = 0;
  double weight = 1;          // How much it counts in the fit.
  bool walks_chains = false;  // Most of it is looking at the copies of chains.
};

// Whether any measurement tells what this unit costs.
bool is_measured(const std::vector<Measured>& measured, std::uint64_t cost::Units::*unit);

// Predicted against measured, summed over a group.
struct GroupError {
  std::string group;
  std::size_t measurements = 0;
  double measured_ns = 0;
  double predicted_ns = 0;
  double error() const { return predicted_ns / measured_ns - 1; }  // A fraction.
};

// The prices that fit the measurements best. The price of a look at a copy of a chain is fitted
// last and by itself, to the measurements that are mostly that: together with the others it would
// shift them. A unit that no measurement has keeps its stored price, since a fit cannot tell that
// it costs nothing. REQUIRES: more measurements than units, all with cpu_ns > 0.
cost::Prices fit_prices(const std::vector<Measured>& measured);

// One line for each group, in the order of their first measurement.
std::vector<GroupError> errors_by_group(const std::vector<Measured>& measured,
                                        const cost::Prices& prices);

// The median of |predicted / measured - 1| of single measurements.
double median_error(const std::vector<Measured>& measured, const cost::Prices& prices);

}  // namespace ksmsim::models
