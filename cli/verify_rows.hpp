// One script on this machine's real kernel and on the simulated one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "live/live_lockstep.hpp"
#include "sim/base/result.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

// Rows as lines of CSV, the header first.
struct BothRows {
  std::vector<std::string> real, simulated;

  // The first row in which they differ, in words; nothing if they are equal.
  std::optional<std::string> difference() const;
};

// Carries the script out on both. Waits for the machine's lock.
std::variant<BothRows, live::LiveFailure> run_on_both(const std::string& text,
                                                      const std::string& name,
                                                      const ksm::Traits& traits);

}  // namespace ksmsim::cli
