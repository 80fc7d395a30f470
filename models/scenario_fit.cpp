#include "models/scenario_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

// Of a difference between runs, in logarithms: above the noise of whole pages.
constexpr double kStep = 0.04;
constexpr double kLongestStep = 0.3;
constexpr int kTries = 4;  // Of a step, each shorter than the one before.

std::string shown_value(double value, bool whole) {
  std::array<char, 40> digits{};
  const auto end = whole ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                         std::llround(std::max(value, 1.0)))
                         : std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                         std::chars_format::fixed, 4);
  return {digits.data(), end.ptr};
}

// Runs counted, and the best of them.
class Runs {
 public:
  Runs(const MarkedText& text, const Errors& errors, const FitProgress& progress)
      : text_(text), errors_(errors), progress_(progress) {}

  // By logarithms of the factors.
  Result<Eigen::VectorXd> at(const Eigen::VectorXd& logs) {
    auto errors = errors_(text_.with(factors_of(logs)));
    if (!errors) return errors.error();
    const Eigen::VectorXd result = Eigen::Map<const Eigen::VectorXd>(
        errors->data(), static_cast<Eigen::Index>(errors->size()));
    ++count_;
    const double size = rms(result);
    best_ = best_ ? std::min(*best_, size) : size;
    if (progress_) progress_(count_, *best_);
    return result;
  }
  int count() const { return count_; }

  static std::vector<double> factors_of(const Eigen::VectorXd& logs) {
    std::vector<double> factors;
    for (const double log : logs) factors.push_back(std::exp(log));
    return factors;
  }
  static double rms(const Eigen::VectorXd& errors) {
    return std::sqrt(errors.squaredNorm() / static_cast<double>(errors.size()));
  }

 private:
  const MarkedText& text_;
  const Errors& errors_;
  const FitProgress& progress_;
  int count_ = 0;
  std::optional<double> best_;
};

Result<Eigen::MatrixXd> derivatives(Runs& runs, const Eigen::VectorXd& at,
                                    const Eigen::VectorXd& there) {
  Eigen::MatrixXd columns(there.size(), at.size());
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    Eigen::VectorXd moved = at;
    moved[i] += kStep;
    const auto errors = runs.at(moved);
    if (!errors) return errors.error();
    columns.col(i) = (*errors - there) / kStep;
  }
  return columns;
}

// The step that a damping gives, none of its parts too long to trust the derivatives.
Eigen::VectorXd step_of(const Eigen::MatrixXd& columns, const Eigen::VectorXd& there,
                        double damping) {
  Eigen::MatrixXd normal = columns.transpose() * columns;
  const double scale = std::max(normal.diagonal().maxCoeff(), 1e-12);
  normal.diagonal().array() += damping * scale;
  const Eigen::VectorXd step = normal.ldlt().solve(-(columns.transpose() * there));
  return step.cwiseMax(-kLongestStep).cwiseMin(kLongestStep);
}

}  // namespace

Result<MarkedText> MarkedText::parse(std::string_view text) {
  static const std::regex marked(
      R"(^(\s*\w+\s*=\s*)([0-9][0-9_]*(\.[0-9]+)?)(\s*#.*\bfit: *(\S+).*)$)");
  MarkedText parsed;
  std::istringstream in{std::string(text)};
  std::string piece;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const std::size_t comment = line.find('#');
    if (comment == std::string::npos || line.find("fit: ", comment) == std::string::npos) {
      piece += line + '\n';
      continue;
    }
    std::smatch parts;
    std::string digits;
    if (std::regex_match(line, parts, marked)) {
      digits = parts[2];
      std::erase(digits, '_');
    }
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (value <= 0) {
      return Error{
          std::to_string(number) +
          ": a mark 'fit: NAME' stands behind a number above 0: size_mib = 3  # fit: name"};
    }
    const std::string name = parts[5];
    const auto known = std::find(parsed.unknowns_.begin(), parsed.unknowns_.end(), name);
    const auto unknown = static_cast<std::size_t>(known - parsed.unknowns_.begin());
    if (known == parsed.unknowns_.end()) parsed.unknowns_.push_back(name);
    parsed.pieces_.push_back(piece + parts[1].str());
    parsed.numbers_.push_back({unknown, value, parts[3].length() == 0});
    piece = parts[4].str() + '\n';
  }
  if (parsed.numbers_.empty()) return Error{"no number is marked: size_mib = 3  # fit: name"};
  parsed.pieces_.push_back(piece);
  return Result<MarkedText>(std::move(parsed));
}

std::string MarkedText::with(const std::vector<double>& factors) const {
  KSM_CHECK(factors.size() == unknowns_.size());
  std::string text = pieces_.front();
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    const Number& number = numbers_[i];
    text += shown_value(number.value * factors[number.unknown], number.whole) + pieces_[i + 1];
  }
  return text;
}

Result<ScenarioFit> fit_scenario(const MarkedText& text, const Errors& errors, int rounds,
                                 const FitProgress& progress) {
  Runs runs(text, errors, progress);
  Eigen::VectorXd at = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(text.unknowns().size()));
  auto there = runs.at(at);
  if (!there) return there.error();
  ScenarioFit fit{.factors = {}, .before = Runs::rms(*there)};
  double damping = 1e-3;
  for (int round = 0; round < rounds; ++round) {
    const auto columns = derivatives(runs, at, *there);
    if (!columns) return columns.error();
    const double before = Runs::rms(*there);
    for (int i = 0; i < kTries; ++i) {
      const Eigen::VectorXd next = at + step_of(*columns, *there, damping);
      auto errors_there = runs.at(next);
      if (!errors_there) return errors_there.error();
      if (Runs::rms(*errors_there) < before) {
        at = next;
        there = std::move(errors_there);
        damping /= 3;
        break;
      }
      damping *= 10;
    }
    if (Runs::rms(*there) > 0.99 * before) break;
  }
  fit.factors = Runs::factors_of(at);
  fit.after = Runs::rms(*there);
  fit.runs = runs.count();
  return fit;
}

}  // namespace ksmsim::models
