// The commands of ksmsim, one small file each. A command declares its options on the application
// and, if it is the one that was typed, puts what is to be done into `chosen`.
//
// Exit status of every command: 0 done; 1 the run or a comparison failed; 2 wrong usage or
// unusable input, with one line on stderr: what, where, what would be right.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "sim/base/result.hpp"

// Only who declares options pays for the library's header.
namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
class Option;
class Validator;
}  // namespace CLI

namespace ksmsim::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUnusable = 2;

// Says on stderr, in one line, why the input or the output cannot be used; returns kUnusable.
int unusable(const Error& error);

// The option --kernel: which kernels there are, and the default.
CLI::Option* add_kernel_option(CLI::App& app, std::string& kernel, const std::string& what);

// The option --seed: a whole number from 0 to 2^63 - 1, as in scenarios.
CLI::Option* add_seed_option(CLI::App& app, std::uint64_t& seed, const std::string& what);

// What the chosen command does; returns the exit status.
using Action = std::function<int()>;

void add_calibrate(CLI::App& app, Action& chosen);
void add_capture(CLI::App& app, Action& chosen);
void add_controller(CLI::App& app, Action& chosen);
void add_explain(CLI::App& app, Action& chosen);
void add_generate(CLI::App& app, Action& chosen);
void add_import(CLI::App& app, Action& chosen);
void add_lockstep(CLI::App& app, Action& chosen);
void add_models(CLI::App& app, Action& chosen);
void add_run(CLI::App& app, Action& chosen);
void add_scenarios(CLI::App& app, Action& chosen);
void add_show(CLI::App& app, Action& chosen);
void add_trace(CLI::App& app, Action& chosen);
void add_validate(CLI::App& app, Action& chosen);
void add_verify(CLI::App& app, Action& chosen);

}  // namespace ksmsim::cli
