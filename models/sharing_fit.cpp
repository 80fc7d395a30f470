#include "models/sharing_fit.hpp"

#include <Eigen/Dense>
#include <array>

#include "models/nnls.hpp"
#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

// Pages shared, sharing and unshared for one content of a kind.
std::array<double, 3> counters_of(const ContentKind& kind, const std::vector<int>& guests) {
  KSM_CHECK(kind.copies.size() == guests.size());
  int pages = 0;
  for (std::size_t g = 0; g < guests.size(); ++g) pages += kind.copies[g] * guests[g];
  if (pages == 0) return {0, 0, 0};
  if (pages == 1) return {0, 0, 1};
  return {1, static_cast<double>(pages - 1), 0};
}

}  // namespace

std::vector<double> fit_contents(const std::vector<ContentKind>& kinds,
                                 const std::vector<StablePoint>& points) {
  KSM_CHECK(3 * points.size() >= kinds.size());
  const auto rows = static_cast<Eigen::Index>(3 * points.size());
  Eigen::MatrixXd a(rows, static_cast<Eigen::Index>(kinds.size()));
  const Eigen::VectorXd b = Eigen::VectorXd::Ones(rows);
  Eigen::Index row = 0;
  for (const StablePoint& point : points) {
    const std::array observed{point.pages_shared, point.pages_sharing, point.pages_unshared};
    for (std::size_t counter = 0; counter < observed.size(); ++counter, ++row) {
      for (std::size_t k = 0; k < kinds.size(); ++k) {
        a(row, static_cast<Eigen::Index>(k)) =
            counters_of(kinds[k], point.guests)[counter] / observed[counter];
      }
    }
  }
  const Eigen::VectorXd x = nnls(a, b);
  return {x.data(), x.data() + x.size()};
}

StablePoint stable_point(const std::vector<ContentKind>& kinds, const std::vector<double>& contents,
                         const std::vector<int>& guests) {
  StablePoint point{.guests = guests};
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const auto [shared, sharing, unshared] = counters_of(kinds[k], guests);
    point.pages_shared += contents[k] * shared;
    point.pages_sharing += contents[k] * sharing;
    point.pages_unshared += contents[k] * unshared;
  }
  return point;
}

}  // namespace ksmsim::models
