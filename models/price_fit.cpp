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

double scale_of(const Measured& m) { return std::sqrt(m.weight) / (m.cpu_ns + kNoiseNs); }

// All prices but that of chains.
cost::Prices fit_others(const std::vector<Measured>& measured) {
  std::vector<std::uint64_t cost::Units::*> units;
  cost::for_each_unit([&](const char*, auto unit) {
    const bool of_chains = unit == &cost::Units::chain_steps;
    if (!of_chains && is_measured(measured, unit)) units.push_back(unit);
  });
  const auto rows = static_cast<Eigen::Index>(measured.size());
  const auto columns = static_cast<Eigen::Index>(units.size());
  KSM_CHECK(rows > columns);
  Eigen::MatrixXd a(rows, columns);
  Eigen::VectorXd b(rows);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Measured& m = measured[static_cast<std::size_t>(i)];
    const double scale = scale_of(m);
    for (Eigen::Index j = 0; j < columns; ++j) {
      a(i, j) = static_cast<double>(m.work.*units[static_cast<std::size_t>(j)]) * scale;
    }
    b(i) = m.cpu_ns * scale;
  }
  const Eigen::VectorXd ns = nnls(a, b);
  cost::Prices prices = cost::measured_prices();
  for (Eigen::Index j = 0; j < columns; ++j) {
    prices.*units[static_cast<std::size_t>(j)] =
        static_cast<std::uint64_t>(std::llround(ns[j] * kPicosecondsPerNs));
  }
  return prices;
}

// The price of chains, the others being known.
std::uint64_t fit_chains(const std::vector<Measured>& measured, cost::Prices others) {
  others.chain_steps = 0;
  double products = 0;
  double squares = 0;
  for (const Measured& m : measured) {
    const double looks = static_cast<double>(m.work.chain_steps) * scale_of(m);
    products += looks * (m.cpu_ns - predicted_ns(m.work, others)) * scale_of(m);
    squares += looks * looks;
  }
  return static_cast<std::uint64_t>(
      std::llround(std::max(0.0, products / squares) * kPicosecondsPerNs));
}

}  // namespace

bool is_measured(const std::vector<Measured>& measured, std::uint64_t cost::Units::*unit) {
  const bool of_chains = unit == &cost::Units::chain_steps;
  return std::any_of(measured.begin(), measured.end(), [&](const Measured& m) {
    return m.work.*unit > 0 && m.walks_chains == of_chains;
  });
}

cost::Prices fit_prices(const std::vector<Measured>& measured) {
  std::vector<Measured> chains, rest;
  for (const Measured& m : measured) (m.walks_chains ? chains : rest).push_back(m);
  cost::Prices prices = fit_others(rest);
  if (is_measured(chains, &cost::Units::chain_steps)) {
    prices.chain_steps = fit_chains(chains, prices);
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
