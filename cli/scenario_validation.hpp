// Scenarios that carry observations, beside what the simulator says: what was observed of the real
// thing at a moment, what a run of the scenario shows at that moment, and the difference.
//
// A moment that is tied to a number of passes is found to a quarter of a second of virtual time.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/scenario_input.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::cli {

struct ComparedFigure {
  std::string moment;  // The observation's note.
  double at_s = 0;     // Of virtual time.
  std::string name;    // As in the scenario, its unit at the end.
  double observed = 0, simulated = 0;
  bool fitted = false;  // Parameters of the scenario were fitted to it.

  // As a part of what was observed; none if that is 0.
  std::optional<double> error() const {
    if (observed == 0) return std::nullopt;
    return (simulated - observed) / observed;
  }
};

// Runs the scenario and looks where it was observed. An error if the run fails, or an observation
// has a figure that no run shows (and which there are).
Result<std::vector<ComparedFigure>> validate_scenario(const ScenarioInput& input);

// The errors of the figures to which a scenario of this text was fitted, in its order: what a fit
// lessens. An error as above, or if the text is no scenario or marks no figure as fitted.
Result<std::vector<double>> fitted_errors(const std::string& name, const std::string& text);

// A Markdown table of them, and the mean errors of what was fitted and what was kept back.
std::string comparison_table(const std::vector<ComparedFigure>& figures);

}  // namespace ksmsim::cli
