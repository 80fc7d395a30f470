#include "models/price_fit.hpp"

#include <algorithm>
#include <cmath>

#include "models/nnls.hpp"
#include "sim/base/check.hpp"
#include "sim/cost/prices.hpp"

namespace ksmsim::models {
namespace {

constexpr double kPicosecondsPerNs = 1000;
// A measurement shorter than this is mostly noise: it is weighed as if it took so long.
constexpr double kNoiseNs = 20'000;

double predicted_ns(const cost::Work& work, const cost::Prices& prices) {
  return static_cast<double>(cost::price(work, prices)) / kPicosecondsPerNs;
}

}  // namespace

cost::Prices fit_prices(const std::vector<Measured>& measured) {
  std::vector<std::uint64_t cost::Units::*> units;
  cost::for_each_unit([&](const char*, auto unit) { units.push_back(unit); });
  const auto rows = static_cast<Eigen::Index>(measured.size());
  const auto columns = static_cast<Eigen::Index>(units.size());
  KSM_CHECK(rows > columns);
  Eigen::MatrixXd a(rows, columns);
  Eigen::VectorXd b(rows);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Measured& m = measured[static_cast<std::size_t>(i)];
    const double scale = std::sqrt(m.weight) / (m.cpu_ns + kNoiseNs);
    for (Eigen::Index j = 0; j < columns; ++j) {
      a(i, j) = static_cast<double>(m.work.*units[static_cast<std::size_t>(j)]) * scale;
    }
    b(i) = m.cpu_ns * scale;
  }
  const Eigen::VectorXd ns = nnls(a, b);
  cost::Prices prices;
  for (Eigen::Index j = 0; j < columns; ++j) {
    prices.*units[static_cast<std::size_t>(j)] =
        static_cast<std::uint64_t>(std::llround(ns[j] * kPicosecondsPerNs));
  }
  return prices;
}

std::vector<GroupError> errors_by_group(const std::vector<Measured>& measured,
                                        const cost::Prices& prices) {
  std::vector<GroupError> groups;
  for (const Measured& m : measured) {
    auto at = std::find_if(groups.begin(), groups.end(),
                           [&](const GroupError& g) { return g.group == m.group; });
    if (at == groups.end()) at = groups.insert(groups.end(), {m.group, 0, 0, 0});
    ++at->measurements;
    at->measured_ns += m.cpu_ns;
    at->predicted_ns += predicted_ns(m.work, prices);
  }
  return groups;
}

double median_error(const std::vector<Measured>& measured, const cost::Prices& prices) {
  std::vector<double> errors;
  errors.reserve(measured.size());
  for (const Measured& m : measured) {
    errors.push_back(std::abs(predicted_ns(m.work, prices) / m.cpu_ns - 1));
  }
  if (errors.empty()) return 0;
  const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
  std::nth_element(errors.begin(), middle, errors.end());
  return *middle;
}

}  // namespace ksmsim::models
