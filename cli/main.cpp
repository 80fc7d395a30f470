// ksmsim: puts the parts together. One subcommand a file; without one, `run`.
#include <fmt/core.h>

#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "cli/command_line/command.hpp"
#include "cli/command_line/help.hpp"
#include "cli/commands.hpp"

namespace {

constexpr const char* kAbout =
    "Predicts what Kernel Samepage Merging (KSM) will do on a host: memory saved, CPU used, time\n"
    "needed. Usual beginnings:\n"
    "  ksmsim --trace guests.bin            replay recorded guests, print what KSM would do\n"
    "  ksmsim --trace guests.bin --set pages_to_scan=1000 --set use_zero_pages=1\n"
    "  ksmsim run small-office              simulate guests that are described (ksmsim scenarios)\n"
    "  ksmsim capture --qemu --for 10m -o guests.bin\n"
    "  ksmsim trace info guests.bin\n"
    "`ksmsim COMMAND --help` explains a command.";

// The status, unless what was printed did not arrive (a full disk) and nobody has said so.
int flushed(int status) {
  const bool arrived = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (arrived || status == ksmsim::cli::kUnusable) return status;
  fmt::print(stderr, "ksmsim: standard output cannot be written\n");
  return ksmsim::cli::kUnusable;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ksmsim::cli;
  Program program(kAbout, "ksmsim", std::string("ksmsim ") + KSMSIM_VERSION);
  Command& app = program.root();
  Action chosen;
  add_run(app, chosen);
  add_explain(app, chosen);
  add_show(app, chosen);
  add_scenarios(app, chosen);
  add_models(app, chosen);
  add_generate(app, chosen);
  add_lockstep(app, chosen);
  add_capture(app, chosen);
  add_import(app, chosen);
  add_trace(app, chosen);
  add_validate(app, chosen);
  add_verify(app, chosen);
  add_calibrate(app, chosen);
  add_controller(app, chosen);
  add_counters(app, chosen);
  add_help_commands(app, chosen);
  if (const auto status = program.parse(argc, argv, kUnusable)) return flushed(*status);
  if (!chosen) {
    fmt::print(stderr, "ksmsim: nothing to do: give --trace FILE or a command; see --help\n");
    return kUnusable;
  }
  int status = kFailed;
  try {
    status = chosen();
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "ksmsim: out of memory; a page of a guest takes 30 to 50 bytes\n");
    return kFailed;
  } catch (const std::exception& e) {  // fmt throws when it cannot write.
    fmt::print(stderr, "ksmsim: {}\n", e.what());
    return kUnusable;
  }
  return flushed(status);
}
