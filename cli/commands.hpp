// The commands of ksmsim, one small file each. A command declares its options on the application
// and, if it is the one that was typed, puts what is to be done into `chosen`.
//
// Exit status of every command: 0 done; 1 the run or a comparison failed; 2 wrong usage or
// unusable input, with one line on stderr: what, where, what would be right.
#pragma once
#include <cstdint>
#include <string>

#include "cli/command_line/command.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUnusable = 2;

// Says on stderr, in one line, why the input or the output cannot be used; returns kUnusable.
int unusable(const Error& error);

// The option --kernel: which kernels there are, and the default.
Option* add_kernel_option(Command& app, std::string& kernel, const std::string& what);

// The option --seed: a whole number from 0 to 2^63 - 1, as in scenarios.
Option* add_seed_option(Command& app, std::uint64_t& seed, const std::string& what);

void add_calibrate(Command& app, Action& chosen);
void add_capture(Command& app, Action& chosen);
void add_controller(Command& app, Action& chosen);
void add_counters(Command& app, Action& chosen);
void add_explain(Command& app, Action& chosen);
void add_generate(Command& app, Action& chosen);
void add_import(Command& app, Action& chosen);
void add_lockstep(Command& app, Action& chosen);
void add_models(Command& app, Action& chosen);
void add_run(Command& app, Action& chosen);
void add_scenarios(Command& app, Action& chosen);
void add_show(Command& app, Action& chosen);
void add_trace(Command& app, Action& chosen);
void add_validate(Command& app, Action& chosen);
void add_verify(Command& app, Action& chosen);

}  // namespace ksmsim::cli
