#include "models/nnls.hpp"

#include <algorithm>
#include <vector>

namespace ksmsim::models {
namespace {

// The unconstrained solution over the columns that are free; 0 elsewhere.
Eigen::VectorXd solve_free(const Eigen::MatrixXd& a, const Eigen::VectorXd& b,
                           const std::vector<bool>& free) {
  std::vector<Eigen::Index> columns;
  for (Eigen::Index j = 0; j < a.cols(); ++j) {
    if (free[static_cast<std::size_t>(j)]) columns.push_back(j);
  }
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  if (columns.empty()) return x;
  Eigen::MatrixXd part(a.rows(), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j) {
    part.col(static_cast<Eigen::Index>(j)) = a.col(columns[j]);
  }
  const Eigen::VectorXd solved = part.colPivHouseholderQr().solve(b);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    x[columns[j]] = solved[static_cast<Eigen::Index>(j)];
  }
  return x;
}

// nnls() for columns of length 1 (or 0).
Eigen::VectorXd solve_scaled(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  const auto n = static_cast<std::size_t>(a.cols());
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  std::vector<bool> free(n, false);
  const double tolerance = 1e-10 * (a.transpose() * b).cwiseAbs().maxCoeff();
  const double nothing = 1e-12 * b.norm();
  for (std::size_t round = 0; round < 10 * n; ++round) {
    // 1. Free the column that would help most.
    const Eigen::VectorXd gradient = a.transpose() * (b - a * x);
    Eigen::Index best = -1;
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      if (free[static_cast<std::size_t>(j)] || gradient[j] <= tolerance) continue;
      if (best < 0 || gradient[j] > gradient[best]) best = j;
    }
    if (best < 0) return x;
    free[static_cast<std::size_t>(best)] = true;
    // 2. Solve; while something is negative, go only as far as the first zero and bind it there.
    for (std::size_t inner = 0; inner < 10 * n; ++inner) {
      const Eigen::VectorXd wanted = solve_free(a, b, free);
      double step = 1;
      for (Eigen::Index j = 0; j < a.cols(); ++j) {
        if (free[static_cast<std::size_t>(j)] && wanted[j] <= 0) {
          step = std::min(step, x[j] / (x[j] - wanted[j] + 1e-300));
        }
      }
      x += step * (wanted - x);
      if (step >= 1) break;
      for (Eigen::Index j = 0; j < a.cols(); ++j) {
        if (free[static_cast<std::size_t>(j)] && x[j] <= nothing) {
          free[static_cast<std::size_t>(j)] = false;
          x[j] = 0;
        }
      }
    }
  }
  return x;
}

}  // namespace

Eigen::VectorXd nnls(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  // Columns of one length, so that a column of small numbers is not taken for one that helps
  // nothing.
  const Eigen::VectorXd lengths =
      a.colwise().norm().unaryExpr([](double length) { return length > 0 ? length : 1; });
  return solve_scaled(a * lengths.cwiseInverse().asDiagonal(), b).cwiseQuotient(lengths);
}

}  // namespace ksmsim::models
