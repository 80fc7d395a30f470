// ksmsim lockstep: a lockstep script on the simulated kernel.
#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/script_runner.hpp"
#include "traces/script.hpp"
#include "viz/lockstep_rows.hpp"

namespace ksmsim::cli {
namespace {

struct LockstepArguments {
  std::string script;
  std::string kernel;
  std::string compare;
};

// Puts rows beside those of a recording.
class Comparer {
 public:
  Comparer(std::string name, const std::string& recorded) : name_(std::move(name)) {
    std::istringstream in(recorded);
    for (std::string row; std::getline(in, row);) rows_.push_back(row);
  }

  // Returns whether the row is the recorded one.
  bool add(int line, const std::string& row) {
    const std::string recorded = next_ < rows_.size() ? rows_[next_] : std::string();
    ++next_;
    if (row == recorded) return true;
    if (next_ > rows_.size()) {
      report(line, "the recording has no such row, here it is '" + row + "'");
    } else {
      report(line, viz::first_difference(row, recorded));
    }
    return false;
  }
  // After the last row.
  bool finish() {
    if (!differs_ && next_ < rows_.size()) {
      fmt::print("{}: row {}: recorded '{}', here the script ends\n", name_, next_ + 1,
                 rows_[next_]);
      differs_ = true;
    }
    if (!differs_) fmt::print("{}: all {} rows are equal\n", name_, next_ - 1);
    return !differs_;
  }

 private:
  void report(int line, const std::string& what) {
    fmt::print("{}: row {} (script line {}): {}\n", name_, next_, line, what);
    differs_ = true;
  }

  std::string name_;
  std::vector<std::string> rows_;
  std::size_t next_ = 0;
  bool differs_ = false;
};

int run_lockstep(const LockstepArguments& options) {
  const auto traits = ksm::traits_of(options.kernel);
  if (!traits) return unusable(traits.error().in("--kernel"));
  const auto text = read_file(options.script);
  if (!text) return unusable(text.error());
  const auto script = traces::parse_script(*text, options.script);
  if (!script) return unusable(script.error());
  if (options.compare.empty()) {
    const auto r = run_script(*script, **traits, [](int, const std::string& row) {
      return std::fputs(row.c_str(), stdout) >= 0 && std::fputc('\n', stdout) != EOF;
    });
    if (!r) return unusable(r.error().in(options.script));
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kDone;
    return unusable(Error{"the rows cannot be written"}.in("standard output"));
  }
  const auto recorded = read_file(options.compare);
  if (!recorded) return unusable(recorded.error());
  Comparer comparer(options.compare, *recorded);
  const auto r = run_script(
      *script, **traits, [&](int line, const std::string& row) { return comparer.add(line, row); });
  if (!r) return unusable(r.error().in(options.script));
  return comparer.finish() ? kDone : kFailed;
}

}  // namespace

void add_lockstep(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "lockstep",
      "Carries out a lockstep script on the simulated kernel, batch by batch, and prints a row of "
      "counters (CSV) after each: what a real kernel of that version shows.");
  auto options = std::make_shared<LockstepArguments>();
  command->add_option("script", options->script, "The script (.ksm), or - for standard input")
      ->required()
      ->type_name("FILE");
  add_kernel_option(*command, options->kernel, "Kernel version to behave like");
  command
      ->add_option("--compare", options->compare,
                   "Instead of printing rows, name the first that differs from this recording; "
                   "exit status 1 if one does")
      ->type_name("FILE");
  command->callback([options, &chosen] { chosen = [options] { return run_lockstep(*options); }; });
}

}  // namespace ksmsim::cli
