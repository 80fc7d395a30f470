// The command `ksmsim counters`.
#pragma once
#include "cli/commands.hpp"

namespace ksmsim::cli {

void add_counters(CLI::App& app, Action& chosen);

}  // namespace ksmsim::cli
