// What several measurements of one thing have in common: median, lowest, highest.
#pragma once
#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"

namespace ksmsim::bench {

struct Spread {
  double median = 0, min = 0, max = 0;
};

// REQUIRES: there is one.
inline Spread spread_of(std::vector<double> values) {
  KSM_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

}  // namespace ksmsim::bench
