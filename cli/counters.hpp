// The command `ksmsim counters`.
#pragma once
#include "cli/commands.hpp"

namespace ksmsim::cli {

void add_counters(Command& app, Action& chosen);

}  // namespace ksmsim::cli
