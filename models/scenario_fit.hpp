// Numbers of a scenario fitted to what was observed: those that its text marks.
//
//     size_pages = 14930                       # fit: groups
//
// The word behind "fit:" names an unknown: a factor by which all numbers that are marked with it
// are multiplied, so that they keep their proportions. A number that is written as a whole one
// stays whole. Nothing else of the text changes, so what was fitted can be read in the scenario
// itself.
//
// Least squares by Levenberg and Marquardt over the logarithms of the factors; derivatives are
// differences between runs. Deterministic, as the runs are.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::models {

class MarkedText {
 public:
  // An Error ("12: ...", the line) if a mark stands behind something else than `key = NUMBER`, or
  // behind a 0, which no factor changes; or if there is no mark.
  static Result<MarkedText> parse(std::string_view text);

  // Names of the unknowns, in the order of the text.
  const std::vector<std::string>& unknowns() const { return unknowns_; }
  // The text with other numbers. REQUIRES: a factor above 0 for each unknown.
  std::string with(const std::vector<double>& factors) const;

 private:
  struct Number {
    std::size_t unknown;
    double value;
    bool whole;
  };
  std::vector<std::string> pieces_;  // Around the numbers: one more than these.
  std::vector<Number> numbers_;
  std::vector<std::string> unknowns_;
};

// How far off a run with such a text is: for each figure that is fitted its error, as a part of
// what was observed. There are as many numbers for every text.
using Errors = std::function<Result<std::vector<double>>(const std::string& text)>;

struct ScenarioFit {
  std::vector<double> factors;   // By unknown.
  double before = 0, after = 0;  // Root of the mean square of the errors.
  int runs = 0;
};
// Told after every run: how many, and the best root of the mean square so far.
using FitProgress = std::function<void(int runs, double best)>;

// The factors from which no step lessens the errors by a hundredth, or what has been found after so
// many rounds (each of as many runs as there are unknowns, and a few). Errors: those of the runs.
Result<ScenarioFit> fit_scenario(const MarkedText& text, const Errors& errors, int rounds,
                                 const FitProgress& progress = {});

}  // namespace ksmsim::models
