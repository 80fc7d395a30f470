#include "cli/scenario_validation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "models/observed_figures.hpp"
#include "sim/base/check.hpp"
#include "sim/host/run.hpp"

namespace ksmsim::cli {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(250);
constexpr double kMib = 1024.0 * 1024;
constexpr double kGibKb = 1024.0 * 1024;

// Whole pages whole, everything else with two digits.
std::string number(double value) {
  return value == std::round(value) && std::abs(value) >= 100 ? fmt::format("{:.0f}", value)
                                                              : fmt::format("{:.2f}", value);
}

double in_seconds(Time at) { return static_cast<double>(nanoseconds(at)) / 1e9; }

// What ps_mem shows, summed over guests: Private, and as Shared what is left of the proportional
// set size.
struct PsMem {
  double private_kb = 0, shared_kb = 0;
};

PsMem ps_mem(const host::Run& run) {
  PsMem sum;
  for (const results::GuestMemory& guest : run.memory_view()) {
    sum.private_kb += static_cast<double>(guest.private_kb);
    sum.shared_kb += static_cast<double>(guest.pss_kb - guest.private_kb);
  }
  return sum;
}

// Where 0 was observed there is no part of it: by how much it is missed.
std::string difference_text(const ComparedFigure& figure) {
  return figure.simulated == 0 ? "0" : (figure.simulated > 0 ? "+" : "") + number(figure.simulated);
}

// What a run shows at a moment.
struct Moment {
  PsMem memory;
  results::Sample now;
  results::Sample before;  // At the observation before.
  Duration last_pass{};    // How long the pass took that ended last.
};

double cpu_percent(const Moment& m) {
  const auto span = static_cast<double>(m.now.at_ns - m.before.at_ns);
  return span > 0 ? 100 * static_cast<double>(m.now.ksmd_cpu_ns - m.before.ksmd_cpu_ns) / span : 0;
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double in_mib(std::int64_t kb) { return static_cast<double>(kb) / 1024; }

double value_of(models::ObservedFigure figure, const Moment& m) {
  using models::ObservedFigure;
  const ksm::Counters& c = m.now.counters;
  switch (figure) {
    case ObservedFigure::saved_mib:
      return static_cast<double>(m.now.truth.saved_bytes()) / kMib;
    case ObservedFigure::guests_mib:
      return static_cast<double>(m.now.truth.present_pages) / 256;
    case ObservedFigure::saved_percent:
      return 100 * ratio(c.pages_sharing,
                         c.pages_shared + c.pages_sharing + c.pages_unshared + pages_volatile(c));
    case ObservedFigure::sharing_ratio:
      return ratio(c.pages_sharing, c.pages_shared);
    case ObservedFigure::waste_ratio:
      return ratio(c.pages_unshared, c.pages_sharing);
    case ObservedFigure::free_mib:
      return in_mib(m.now.host.free_kb);
    case ObservedFigure::swap_used_mib:
      return in_mib(m.now.host.swap_used_kb);
    case ObservedFigure::zfs_arc_mib:
      return in_mib(m.now.host.zfs_arc_kb);
    case ObservedFigure::oom_kills:
      return static_cast<double>(m.now.host.oom_kills);
    case ObservedFigure::private_gib:
      return m.memory.private_kb / kGibKb;
    case ObservedFigure::shared_by_ksm_mib:
      return m.memory.shared_kb / 1024;
    case ObservedFigure::used_gib:
      return (m.memory.private_kb + m.memory.shared_kb) / kGibKb;
    case ObservedFigure::ksmd_cpu_percent:
      return cpu_percent(m);
    case ObservedFigure::pass_minutes:
      return in_seconds(kStart + m.last_pass) / 60;
  }
  return 0;  // There is no other.
}

// REQUIRES: one of models::observable_names(), as a scenario that was read has them.
double figure(const Moment& moment, const std::string& name) {
  if (const auto known = models::find_observed_figure(name)) return value_of(*known, moment);
  std::optional<double> found;
  ksm::for_each_shown(moment.now.counters, [&](const char* counter, std::int64_t value) {
    if (name == counter) found = static_cast<double>(value);
  });
  KSM_CHECK(found.has_value());
  return *found;
}

// A run that is looked at every quarter of a second, so that the ends of its passes are known.
class WatchedRun {
 public:
  explicit WatchedRun(host::Run run) : run_(std::move(run)) {}

  // Goes on to the moment of an observation; false: the run is over before.
  Result<bool> go_to(const models::Observation& observation) {
    Time until = kStart + observation.at;
    if (observation.full_scans) {
      while (full_scans() < *observation.full_scans) {
        auto there = step(run_.now() + kStep);
        if (!there || !*there) return there;
      }
      until = ends_[static_cast<std::size_t>(*observation.full_scans)] + observation.at;
    }
    while (run_.now() < until) {
      auto there = step(std::min(until, run_.now() + kStep));
      if (!there || !*there) return there;
    }
    return true;
  }
  const host::Run& run() const { return run_; }
  Duration last_pass() const {
    return ends_.size() > 1 ? ends_.back() - ends_[ends_.size() - 2] : Duration::zero();
  }

 private:
  Result<bool> step(Time until) {
    const auto state = run_.advance(until);
    if (!state) return state.error();
    const std::int64_t now = run_.machine().ksmd().full_scans();
    if (now < full_scans()) ends_.resize(1);  // Counted anew since run 2.
    while (full_scans() < now) ends_.push_back(run_.now());
    return run_.now() >= until;
  }

  std::int64_t full_scans() const { return static_cast<std::int64_t>(ends_.size()) - 1; }

  host::Run run_;
  std::vector<Time> ends_{kStart};  // Of passes, by the full_scans that was reached.
};

}  // namespace

Result<std::vector<ComparedFigure>> validate_scenario(const ScenarioInput& input) {
  auto begun = input.begin();
  if (!begun) return begun.error();
  WatchedRun watched(std::move(*begun));
  std::vector<ComparedFigure> figures;
  results::Sample now = watched.run().sample(), before = now;
  for (const models::Observation& observation : input.scenario.observations) {
    const auto there = watched.go_to(observation);
    if (!there) return there.error();
    if (!*there) {
      return Error{fmt::format("the run is over before '{}' is to be observed", observation.note)};
    }
    // Several observations may be of one moment.
    if (watched.run().now() > kStart + Duration{now.at_ns})
      before = std::exchange(now, watched.run().sample());
    const Moment moment{ps_mem(watched.run()), now, before, watched.last_pass()};
    for (const auto& [name, observed] : observation.values) {
      figures.push_back({observation.note, in_seconds(watched.run().now()), name, observed,
                         figure(moment, name), observation.fitted});
    }
  }
  return figures;
}

Result<std::vector<double>> fitted_errors(const std::string& name, const std::string& text) {
  const auto input = parse_scenario_input(name, text);
  if (!input) return input.error();
  const auto figures = validate_scenario(*input);
  if (!figures) return figures.error();
  std::vector<double> errors;
  for (const ComparedFigure& figure : *figures) {
    if (figure.fitted && figure.error()) errors.push_back(*figure.error());
  }
  if (errors.empty()) return Error{"no observation is marked as fitted"}.in(name);
  return errors;
}

std::string comparison_table(const std::vector<ComparedFigure>& figures) {
  std::string text =
      "| moment | at | figure | observed | simulated | error | |\n|---|--:|---|--:|--:|--:|---|\n";
  std::array<std::vector<double>, 2> errors;  // Kept back, fitted.
  int zeros = 0, missed = 0;                  // Observed as 0, and simulated otherwise.
  for (const ComparedFigure& f : figures) {
    const auto error = f.error();
    text += fmt::format("| {} | {:.0f} s | {} | {} | {} | {} | {} |\n", f.moment, f.at_s, f.name,
                        number(f.observed), number(f.simulated),
                        error ? fmt::format("{:+.1f} %", 100 * *error) : difference_text(f),
                        f.fitted ? "fitted" : "");
    if (error) errors[f.fitted ? 1 : 0].push_back(std::abs(*error));
    zeros += error ? 0 : 1;
    missed += !error && f.simulated != 0 ? 1 : 0;
  }
  for (const bool fitted : {true, false}) {
    std::vector<double>& of = errors[fitted ? 1 : 0];
    if (of.empty()) continue;
    std::sort(of.begin(), of.end());
    const char* which = fitted ? "Fitted" : "Kept back from the fit";
    text += of.size() == 1
                ? fmt::format("\n{}: one figure, error {:.1f} %.\n", which, 100 * of.front())
                : fmt::format("\n{}: {} figures, median error {:.1f} %, largest {:.1f} %.\n", which,
                              of.size(), 100 * of[of.size() / 2], 100 * of.back());
  }
  if (missed > 0) {
    text += fmt::format("\nOf {} observed as 0, simulated otherwise: {}.\n", zeros, missed);
  }
  return text;
}

}  // namespace ksmsim::cli
