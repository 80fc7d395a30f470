// fit_scenario SCENARIO [ROUNDS]: fits the numbers that a scenario marks ("# fit: NAME") to its
// observations that are marked as fitted, and prints it with the numbers found. What the errors are
// before and after goes to stderr. A name of a shipped scenario will do.
#include <fmt/core.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "cli/scenario_validation.hpp"
#include "models/scenario_fit.hpp"

using namespace ksmsim;

namespace {

int unusable(const Error& error) {
  fmt::print(stderr, "fit_scenario: {}\n", error.text);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: fit_scenario SCENARIO [ROUNDS]\n", stderr);
    return 2;
  }
  const std::string name = argv[1];
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 10;
  const auto text = cli::scenario_text(name);
  if (!text) return unusable(text.error());
  const auto marked = models::MarkedText::parse(*text);
  if (!marked) return unusable(marked.error().in(name));
  const auto fit = models::fit_scenario(
      *marked, [&](const std::string& changed) { return cli::fitted_errors(name, changed); },
      rounds,
      [](int runs, double best) {
        fmt::print(stderr, "run {}: mean error {:.2f} %\n", runs, 100 * best);
      });
  if (!fit) return unusable(fit.error());
  for (std::size_t i = 0; i < marked->unknowns().size(); ++i) {
    fmt::print(stderr, "{:<20} times {:.4f}\n", marked->unknowns()[i], fit->factors[i]);
  }
  fmt::print(stderr, "mean error {:.2f} % before, {:.2f} % after, {} runs\n", 100 * fit->before,
             100 * fit->after, fit->runs);
  fmt::print("{}", marked->with(fit->factors));
  return 0;
}
