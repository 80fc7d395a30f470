// Non-negative least squares: the x >= 0 for which |A x - b| is least (Lawson and Hanson's active
// set method). Small and dense: some thousand rows, some dozen columns.
#pragma once
#include <Eigen/Dense>

namespace ksmsim::models {

// REQUIRES: a.rows() == b.size(), a.rows() >= a.cols().
Eigen::VectorXd nnls(const Eigen::MatrixXd& a, const Eigen::VectorXd& b);

}  // namespace ksmsim::models
