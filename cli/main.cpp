// ksmsim: puts the parts together. One subcommand a file; without one, `run`.
#include <fmt/core.h>

#include <new>

#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace {

constexpr const char* kAbout =
    "Predicts what Kernel Samepage Merging (KSM) will do on a host: memory saved, CPU used, time\n"
    "needed. Usual beginnings:\n"
    "  ksmsim --trace guests.bin            replay recorded guests, print what KSM would do\n"
    "  ksmsim --trace guests.bin --set pages_to_scan=1000 --set use_zero_pages=1\n"
    "  ksmsim import snapshots DIR -o guests.bin\n"
    "  ksmsim trace info guests.bin\n"
    "`ksmsim COMMAND --help` explains a command.";

}  // namespace

int main(int argc, char** argv) {
  using namespace ksmsim::cli;
  CLI::App app{kAbout, "ksmsim"};
  app.set_version_flag("--version", std::string("ksmsim ") + KSMSIM_VERSION);
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(36);
  Action chosen;
  add_run(app, chosen);
  add_lockstep(app, chosen);
  add_import(app, chosen);
  add_trace(app, chosen);
  add_validate(app, chosen);
  add_calibrate(app, chosen);
  add_help_commands(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    fmt::print(stderr, "ksmsim: {}; see ksmsim --help\n", e.what());
    return kUnusable;
  }
  if (!chosen) {
    fmt::print(stderr, "ksmsim: nothing to do: give --trace FILE or a command; see --help\n");
    return kUnusable;
  }
  try {
    return chosen();
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "ksmsim: out of memory; a page of a guest takes about 44 bytes\n");
    return kFailed;
  }
}
