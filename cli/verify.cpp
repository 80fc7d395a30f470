// ksmsim verify: this machine's real kernel beside the simulated one, row by row.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/verify_cpu.hpp"
#include "cli/verify_rows.hpp"
#include "cli/verify_scripts.hpp"
#include "cli/verify_text.hpp"
#include "live/interrupt.hpp"
#include "live/ksm_users.hpp"
#include "live/machine.hpp"
#include "live/machine_lock.hpp"
#include "live/random/generate.hpp"

namespace ksmsim::cli {
namespace {

using live::LiveFailure;

struct VerifyArguments {
  std::vector<std::string> scripts;
  RandomScripts random;
  std::string kernel;
  std::string rows_in, keep_in;
  bool force = false;
  bool list = false;
  bool cpu = false;
  VerifyCpuOptions measure;
};

// Writes DIR/NAME, and the folder if it is not there.
Result<void> write_rows(const VerifyArguments& options, const std::string& folder,
                        const std::string& name, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error{error.message()}.in(folder);
  auto file =
      OutputFile::create(folder + "/" + name, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return file.error();
  file->stream() << text;
  return file->commit();
}

std::string lines(const std::vector<std::string>& rows) {
  std::string text;
  for (const std::string& row : rows) (text += row) += '\n';
  return text;
}

Result<void> store_rows(const VerifyArguments& options, const VerifyScript& script,
                        const BothRows& rows, bool differs) {
  if (!options.rows_in.empty()) {
    auto r = write_rows(options, options.rows_in, script.name + ".csv", lines(rows.real));
    if (!r) return r;
    if (script.family != "given") {
      if (auto s = write_rows(options, options.rows_in, script.name + ".ksm", script.text); !s)
        return s;
    }
  }
  if (options.keep_in.empty() || !differs) return {};
  if (auto r = write_rows(options, options.keep_in, script.name + ".ksm", script.text); !r)
    return r;
  if (auto r = write_rows(options, options.keep_in, script.name + ".real.csv", lines(rows.real));
      !r) {
    return r;
  }
  return write_rows(options, options.keep_in, script.name + ".simulated.csv",
                    lines(rows.simulated));
}

FamilyResult& result_of(std::vector<FamilyResult>& results, const std::string& family) {
  const auto at = std::find_if(results.begin(), results.end(),
                               [&](const FamilyResult& r) { return r.family == family; });
  return at != results.end() ? *at : *results.insert(results.end(), {.family = family});
}

int status_of(LiveFailure::Kind kind) {
  return kind == LiveFailure::Kind::machine ? kFailed : kUnusable;
}

struct SteadyRows {
  BothRows rows;
  bool unsteady = false;
};

// A script that differs is carried out once more: something else may have held a page for a moment
// (a huge page is then not made, or not split), and a kernel that does not agree with itself shows
// nothing.
std::variant<SteadyRows, LiveFailure> run_steadily(const VerifyScript& script,
                                                   const ksm::Traits& traits) {
  auto first = run_on_both(script.text, script.name, traits);
  if (auto* failure = std::get_if<LiveFailure>(&first)) return *failure;
  auto& rows = std::get<BothRows>(first);
  if (!rows.difference()) return SteadyRows{std::move(rows)};
  auto second = run_on_both(script.text, script.name, traits);
  if (auto* failure = std::get_if<LiveFailure>(&second)) return *failure;
  auto& again = std::get<BothRows>(second);
  const bool unsteady = again.real != rows.real;
  return SteadyRows{std::move(again), unsteady};
}

int compare_all(const VerifyArguments& options, const std::vector<VerifyScript>& scripts,
                const ksm::Traits& traits) {
  std::vector<FamilyResult> results;
  bool equal = true;
  std::optional<LiveFailure> stopped;
  {
    Progress progress("verifying");
    double done = 0;
    const live::Interrupt interrupt;
    if (const auto free = live::lock_machine(live::IfLocked::refuse); !free) {
      fmt::print(stderr, "ksmsim: waiting, since {}\n", free.error().text);
    }
    for (const VerifyScript& script : scripts) {
      if (auto r = live::Interrupt::check(); !r) {
        stopped = {LiveFailure::Kind::machine, r.error()};
        break;
      }
      progress.update(done++ / static_cast<double>(scripts.size()), script.name);
      auto both = run_steadily(script, traits);
      if (const auto* failure = std::get_if<LiveFailure>(&both)) {
        stopped = *failure;
        break;
      }
      const auto& [rows, unsteady] = std::get<SteadyRows>(both);
      const auto difference = rows.difference();
      // Somebody else's pages are in the rows, too.
      if (const auto users = live::ksm_users(); difference && !users.empty()) {
        stopped = {
            LiveFailure::Kind::in_use,
            Error{script.name + ": others have mergeable memory by now: " + live::in_words(users)}};
        break;
      }
      FamilyResult& result = result_of(results, script.family);
      ++result.scripts;
      result.rows += rows.real.size() - 1;
      if (unsteady) {
        ++result.unsteady;
        fmt::print("{}: this machine's kernel gave other rows the second time, which are taken\n",
                   script.name);
      }
      if (difference) {
        ++result.differ;
        equal = false;
        fmt::print("{}: {}; again: {}\n", script.name, *difference, script.again);
        std::fflush(stdout);
      }
      if (auto r = store_rows(options, script, rows, difference.has_value()); !r) {
        return unusable(r.error());
      }
    }
  }
  std::sort(results.begin(), results.end(),
            [](const auto& a, const auto& b) { return a.family < b.family; });
  fmt::print("{}", results_text(results));
  if (stopped) {
    std::fflush(stdout);
    unusable(stopped->error);
    return status_of(stopped->kind);
  }
  return equal ? kDone : kFailed;
}

int list(const ksm::Traits& traits) {
  fmt::print("kernels {}\nprofile {}\n{}\nprofiles of random scripts\n", ksm::known_kernels(),
             traits.kernel, traits_text(traits));
  for (const auto& profile : live::random::profiles()) {
    fmt::print("  {:<14}{}\n", profile.name, profile.about);
  }
  return kDone;
}

int verify(const VerifyArguments& options) {
  const auto traits =
      ksm::traits_of(options.kernel.empty() ? live::kernel_release() : options.kernel);
  if (!traits) return unusable({traits.error().text + "; --kernel chooses one"});
  if (options.list) return list(**traits);
  auto scripts = read_scripts(options.scripts);
  if (!scripts) return unusable(scripts.error());
  const auto machine = live::look_at_machine();
  const auto has = abilities_of(machine);
  const auto random = make_scripts(options.random, has);
  if (!random) return unusable(random.error());
  // Of the given ones only: random ones need no more than what is there.
  const std::vector<LeftOut> out = leave_out(*scripts, has);
  scripts->insert(scripts->end(), random->begin(), random->end());
  if (scripts->empty() && out.empty() && !options.cpu) {
    return unusable({"nothing to verify: give scripts, --random N for generated ones, or --cpu"});
  }
  if (access("/sys/kernel/mm/ksm/run", F_OK) != 0) {
    return unusable({"this kernel has no KSM (no /sys/kernel/mm/ksm): CONFIG_KSM is needed"});
  }
  if (geteuid() != 0) return unusable({"only root can step the kernel's KSM: sudo ksmsim verify"});
  fmt::print("{}", assumptions_text(machine, **traits));
  for (const LeftOut& script : out) {
    fmt::print("{}: left out, since it needs {}\n", script.name, script.needs);
  }
  if (scripts->empty() && !options.cpu) {
    std::fflush(stdout);
    return unusable({"nothing to verify: every script needs what this machine lacks"});
  }
  if (options.random.count > 0) {
    fmt::print("{} random scripts, seeds {} to {}\n\n", options.random.count, options.random.seed,
               options.random.seed + options.random.count - 1);
  }
  std::fflush(stdout);
  const int equal = scripts->empty() ? kDone : compare_all(options, *scripts, **traits);
  if (equal == kUnusable || !options.cpu) return equal;
  VerifyCpuOptions measure = options.measure;
  measure.overwrite = options.force ? Overwrite::yes : Overwrite::no;
  return std::max(equal, verify_cpu(measure, machine.release, **traits));
}

void add_verify_options(Command& command, VerifyArguments& options) {
  command.add_option("script", options.scripts, "Scripts (.ksm)")->type_name("FILE");
  command.add_option("--random", options.random.count, "So many random scripts")
      ->type_name("NUMBER");
  command
      .add_option("--seed", options.random.seed,
                  "Of the first random script; each has the next one")
      ->capture_default_str()
      ->type_name("NUMBER");
  command
      .add_option("--profile", options.random.profile,
                  "Random scripts of this profile only (see --list)")
      ->type_name("NAME");
  command
      .add_option("--scale", options.random.scale,
                  "Random scripts with so many times as many pages as usual")
      ->within(std::uint64_t{1}, live::random::kScaleMost)
      ->capture_default_str()
      ->type_name("NUMBER");
  command.add_flag("--list", options.list, "Only print the kernel's rules and the profiles");
  command
      .add_option("--rows", options.rows_in,
                  "Write the real kernel's rows as NAME.csv, and random scripts as NAME.ksm")
      ->type_name("DIR");
  command
      .add_option("--keep", options.keep_in,
                  "Write each script that differs, with the rows of both kernels")
      ->type_name("DIR");
  command.add_flag("--cpu", options.cpu,
                   "Measure what ksmd's work costs here (minutes, 300 MB) and fit prices to it");
  command.add_option("--out", options.measure.output, "With --cpu: write a file for --host")
      ->type_name("FILE");
  command
      .add_option("--data", options.measure.data,
                  "With --cpu: keep the measurements, as calibrate reads them")
      ->type_name("DIR");
  command.add_flag("--force", options.force, "Write over files that are there");
  command
      .add_option("--kernel", options.kernel,
                  "Behave like this version instead of the one that runs here: " +
                      ksm::known_kernels() + ", or a release as uname -r says it")
      ->type_name("VERSION");
}

}  // namespace

void add_verify(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "verify",
      "Carries out lockstep scripts on this machine's real kernel and on the simulated one, and "
      "compares their counters row by row. Needs root and a machine whose KSM nobody uses; it is "
      "put back as it was.");
  auto options = std::make_shared<VerifyArguments>();
  add_verify_options(*command, *options);
  command->callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace ksmsim::cli
