#include "models/nnls.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim::models {
namespace {

double from(RandomStream& random, double least, double most) {
  return least + (most - least) * static_cast<double>(random.below(1 << 20)) / (1 << 20);
}

Eigen::MatrixXd random_matrix(RandomStream& random, Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd a(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) a(i, j) = from(random, -1, 1);
  }
  return a;
}

// The least |A x - b| over x >= 0, by trying every set of columns that may be positive.
double least_residual(const Eigen::MatrixXd& a, const Eigen::VectorXd& b) {
  double least = b.norm();
  const auto n = static_cast<unsigned>(a.cols());
  for (unsigned set = 1; set < 1u << n; ++set) {
    std::vector<Eigen::Index> columns;
    for (unsigned j = 0; j < n; ++j) {
      if ((set >> j & 1) != 0) columns.push_back(static_cast<Eigen::Index>(j));
    }
    const Eigen::MatrixXd part = a(Eigen::all, columns);
    const Eigen::VectorXd x = part.colPivHouseholderQr().solve(b);
    if (x.minCoeff() >= 0) least = std::min(least, (part * x - b).norm());
  }
  return least;
}

}  // namespace

TEST_CASE("non-negative least squares finds what trying every set of columns finds") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RandomStream random(seed, "nnls");
    const auto columns = static_cast<Eigen::Index>(random.between(1, 7));
    const Eigen::MatrixXd a =
        random_matrix(random, columns + static_cast<Eigen::Index>(random.below(12)), columns);
    const Eigen::VectorXd b = random_matrix(random, a.rows(), 1);
    const Eigen::VectorXd x = nnls(a, b);
    INFO("seed " << seed);
    REQUIRE(x.size() == columns);
    REQUIRE(x.minCoeff() >= 0);
    REQUIRE((a * x - b).norm() == Approx(least_residual(a, b)).margin(1e-9));
  }
}

TEST_CASE("an exact non-negative solution is found, whatever the scales of the columns") {
  RandomStream random(7, "scales");
  Eigen::MatrixXd a = random_matrix(random, 60, 12);
  for (Eigen::Index j = 0; j < a.cols(); ++j) a.col(j) *= std::pow(10.0, j % 6);
  Eigen::VectorXd x(12);
  for (Eigen::Index j = 0; j < 12; ++j) x[j] = j % 4 == 0 ? 0 : from(random, 1, 9);
  const Eigen::VectorXd found = nnls(a, a * x);
  for (Eigen::Index j = 0; j < 12; ++j) CHECK(found[j] == Approx(x[j]).margin(1e-5));
}

TEST_CASE("where every column points away the answer is nothing") {
  Eigen::MatrixXd a(2, 2);
  a << 1, 2, 3, 1;
  Eigen::VectorXd b(2);
  b << -1, -1;
  CHECK(nnls(a, b) == Eigen::VectorXd::Zero(2));
  CHECK(nnls(a, Eigen::VectorXd::Zero(2)) == Eigen::VectorXd::Zero(2));
}

TEST_CASE("columns of zeros and equal columns do no harm") {
  Eigen::MatrixXd a(4, 3);
  a << 1, 0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4;
  Eigen::VectorXd b(4);
  b << 2, 4, 6, 8;
  const Eigen::VectorXd x = nnls(a, b);
  CHECK(x.minCoeff() >= 0);
  CHECK((a * x - b).norm() < 1e-9);
}

}  // namespace ksmsim::models
