#include "cli/verify_rows.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "cli/script_runner.hpp"
#include "live/row_text.hpp"
#include "viz/lockstep_rows.hpp"

namespace ksmsim::cli {

using live::LiveFailure;

std::optional<std::string> BothRows::difference() const {
  const auto [at, of_real] =
      std::mismatch(simulated.begin(), simulated.end(), real.begin(), real.end());
  const auto row = at - simulated.begin();
  if (at == simulated.end() && of_real == real.end()) return std::nullopt;
  if (at == simulated.end()) {
    return fmt::format("row {}: real '{}', simulated the script ends", row, *of_real);
  }
  if (of_real == real.end()) {
    return fmt::format("row {}: simulated '{}', real the script ends", row, *at);
  }
  return fmt::format("row {} (script line {}): {}", row, at->substr(0, at->find(',')),
                     viz::first_difference(*at, *of_real));
}

std::variant<BothRows, LiveFailure> run_on_both(const std::string& text, const std::string& name,
                                                const ksm::Traits& traits) {
  const auto failed = [](const Error& error) {
    return LiveFailure{LiveFailure::Kind::script, error};
  };
  const auto script = traces::parse_script(text, name);
  if (!script) return failed(script.error());
  BothRows rows;
  const auto simulated = run_script(*script, traits, [&rows](int, const std::string& row) {
    rows.simulated.push_back(row);
    return true;
  });
  if (!simulated) return failed(simulated.error().in(name));
  rows.real.push_back(live::header_text());
  live::LiveOptions options;
  options.on_row = [&rows](const live::LiveRow& row) -> Result<void> {
    rows.real.push_back(row_text(row));
    return {};
  };
  options.if_locked = live::IfLocked::wait;
  if (const auto failure = run_live(*script, options)) {
    return LiveFailure{failure->kind, failure->error.in(name)};
  }
  return rows;
}

}  // namespace ksmsim::cli
