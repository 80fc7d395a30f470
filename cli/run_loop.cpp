#include "cli/run_loop.hpp"

#include <fmt/core.h>

#include <chrono>

#include "cli/progress.hpp"
#include "viz/words.hpp"

namespace ksmsim::cli {

Result<void> run_to_end(host::Run& run, const std::string& what, Time end_time) {
  Progress progress(what);
  const auto end = static_cast<double>(nanoseconds(end_time));
  for (Time at = kStart;; at += std::chrono::seconds(1)) {
    const auto state = run.advance(at);
    if (!state) return state.error();
    if (*state == host::Run::State::over) return {};
    const auto now = static_cast<double>(nanoseconds(run.now()));
    progress.update(end > 0 ? now / end : 0,
                    fmt::format("{} of virtual time, pass {}", viz::seconds_text(now / 1e9),
                                run.machine().ksmd().full_scans() + 1));
  }
}

}  // namespace ksmsim::cli
