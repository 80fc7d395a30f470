// ksmsim --trace FILE: the main job. Replays guests, prints what KSM would do.
#include <fmt/core.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/host_file.hpp"
#include "cli/progress.hpp"
#include "cli/trace_info.hpp"
#include "sim/host/run.hpp"
#include "traces/trace_source.hpp"
#include "viz/result_csv.hpp"
#include "viz/result_json.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::cli {
namespace {

struct Options {
  std::string trace;
  std::string kernel;
  std::string host;
  std::vector<std::string> sets;
  std::string until = "trace-end";
  double sample_s = 1;
  std::uint64_t seed = 1;
  std::string csv, json, out;
  bool salvage = false, force = false, quiet = false;
};

Result<std::vector<input::SetKnob>> parse_sets(const std::vector<std::string>& sets) {
  std::vector<input::SetKnob> knobs;
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == set.size()) {
      return Error{fmt::format("--set {}: should be KNOB=VALUE, as pages_to_scan=1000", set)};
    }
    knobs.push_back({set.substr(0, equals), set.substr(equals + 1)});
  }
  return knobs;
}

Result<void> parse_until(const std::string& text, host::RunOptions& run) {
  if (text == "trace-end") return {};
  if (text == "settled") {
    run.end_at = host::EndAt::settled;
    return {};
  }
  double seconds = 0;
  if (!CLI::detail::lexical_cast(text, seconds) || !(seconds >= 0 && seconds <= 1e9)) {
    return Error{fmt::format(
        "--until {}: should be a number of seconds up to 1e9, 'settled' or 'trace-end'", text)};
  }
  run.end_at = host::EndAt::time;
  run.until = Time{Duration{std::llround(seconds * 1e9)}};
  return {};
}

Result<host::RunOptions> run_options(const Options& options,
                                     const std::vector<std::string>& classes) {
  host::RunOptions run;
  const auto traits = ksm::traits_of(options.kernel);
  if (!traits) return traits.error().in("--kernel");
  run.traits = *traits;
  auto knobs = parse_sets(options.sets);
  if (!knobs) return knobs.error();
  run.knobs = *knobs;
  if (auto r = parse_until(options.until, run); !r) return r.error();
  if (!(options.sample_s >= 0.001 && options.sample_s <= 1e6)) {
    return Error{"--sample: should be from 0.001 to 1000000 seconds"};
  }
  run.sample_interval = Duration{std::llround(options.sample_s * 1e9)};
  run.seed = options.seed;
  if (!options.host.empty()) {
    if (auto r = read_host_file(options.host, classes, run.host); !r) return r.error();
  }
  return run;
}

// Prints all of a text to standard output, or says why not (a disk may be full).
Result<void> print_whole(const std::string& text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (whole && std::fflush(stdout) == 0) return {};
  return Error{std::strerror(errno != 0 ? errno : EIO)}.in("standard output");
}

// The files that were asked for, opened before the run so that a long one is not in vain.
class Outputs {
 public:
  static Result<Outputs> open(const Options& options) {
    Outputs outputs;
    const auto overwrite = options.force ? Overwrite::yes : Overwrite::no;
    using Writer = std::string (*)(const results::RunResult&);
    const std::pair<const std::string&, Writer> wanted[] = {{options.csv, viz::result_csv},
                                                            {options.json, viz::summary_json},
                                                            {options.out, viz::result_json}};
    std::set<std::string> places;
    for (const auto& [path, writer] : wanted) {
      if (path.empty()) continue;
      std::error_code ignored;
      const auto place =
          std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored)
              .string();
      if (!places.insert(place).second) {
        return Error{"is asked for twice, for one output each"}.in(path == "-" ? "standard output"
                                                                               : path);
      }
      if (path == "-") {
        outputs.files_.push_back({nullptr, writer});
        continue;
      }
      auto file = OutputFile::create(path, overwrite);
      if (!file) return file.error();
      outputs.files_.push_back({std::make_unique<OutputFile>(std::move(*file)), writer});
    }
    return Result<Outputs>(std::move(outputs));
  }

  Result<void> write(const results::RunResult& result) {
    for (auto& [file, writer] : files_) {
      if (!file) {
        if (auto r = print_whole(writer(result)); !r) return r;
        continue;
      }
      file->stream() << writer(result);
      if (auto r = file->commit(); !r) return r;
    }
    return {};
  }
  bool to_standard_output() const {
    for (const auto& f : files_) {
      if (!f.file) return true;
    }
    return false;
  }

 private:
  struct File {
    std::unique_ptr<OutputFile> file;  // nullptr: standard output.
    std::string (*writer)(const results::RunResult&);
  };
  std::vector<File> files_;
};

// Goes on to the end, showing how far it is.
Result<void> go_on(host::Run& run, const std::string& trace, Time trace_end) {
  Progress progress("replaying " + trace);
  const auto end = static_cast<double>(nanoseconds(trace_end));
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

// When the last operation of a trace is, as its index has it; kStart if that cannot be told.
Time last_operation(const std::string& path) {
  if (path == "-") return kStart;
  auto in = open_input(path);
  if (!in) return kStart;
  auto reader = traces::TraceReader::open(std::move(*in));
  if (!reader) return kStart;
  const auto index = reader->index();
  return index && !index->empty() ? at_nanoseconds(index->back().last_ns) : kStart;
}

// The error with the file's name in front, unless it is there already.
Error named(const Error& error, const std::string& file) {
  return error.text.starts_with(file + ":") ? error : error.in(file);
}

// Program and input, for whoever finds the result later.
std::vector<std::pair<std::string, std::string>> provenance(const std::string& trace) {
  std::vector<std::pair<std::string, std::string>> list{{"program", "ksmsim " KSMSIM_VERSION},
                                                        {"trace", trace}};
  if (trace == "-") return list;
  if (const auto hash = hash_file(trace)) {
    list.emplace_back("trace XXH3", fmt::format("{:016x}", *hash));
  }
  return list;
}

int run_trace(const Options& options) {
  const auto open = [path = options.trace] { return open_input(path); };
  auto source = traces::TraceSource::create(
      open, options.salvage ? traces::OnDamage::salvage : traces::OnDamage::fail);
  if (!source) return unusable(named(source.error(), options.trace));
  const traces::TraceSource& trace = **source;
  const auto settings = run_options(options, trace.reader().header().classes);
  if (!settings) return unusable(settings.error());
  auto outputs = Outputs::open(options);
  if (!outputs) return unusable(outputs.error());

  Time trace_end = last_operation(options.trace);
  host::RunOptions run_with = *settings;
  if (run_with.end_at == host::EndAt::time) trace_end = run_with.until;
  // A trace of a single moment is a state, and the question is what becomes of it.
  if (options.until == "trace-end" && trace_end == kStart) {
    run_with.end_at = host::EndAt::settled;
  }
  auto run = host::Run::begin(std::move(run_with), std::move(*source));
  if (!run) return unusable(run.error());
  if (auto r = go_on(*run, options.trace, trace_end); !r) {
    Error error = named(r.error(), options.trace);
    if (trace.reader().damage()) error.text += "; --salvage replays what is good of it";
    return unusable(error);
  }
  // The source lives in the run.
  if (const auto& damage = trace.reader().damage()) {
    const std::string text = fmt::format(
        "the trace is damaged and was replayed as far as it is good, to {}: {}",
        viz::seconds_text(static_cast<double>(nanoseconds(trace.reader().good().last)) / 1e9),
        damage->text);
    fmt::print(stderr, "ksmsim: {}: {}\n", options.trace, text);
    run->note(text);
  }
  results::RunResult result = run->finish();
  result.provenance = provenance(options.trace);
  if (!options.quiet && !outputs->to_standard_output()) {
    if (auto r = print_whole(viz::text_summary(result)); !r) return unusable(r.error());
  }
  if (auto r = outputs->write(result); !r) return unusable(r.error());
  return kDone;
}

void add_options(CLI::App& command, const std::shared_ptr<Options>& options) {
  command.add_option("--trace", options->trace, "Guests to replay (guests.bin)")->type_name("FILE");
  command
      .add_option("--set", options->sets,
                  "Keep a knob of /sys/kernel/mm/ksm at a value for the whole run, whatever the "
                  "trace says; may be repeated")
      ->type_name("KNOB=VALUE");
  add_kernel_option(command, options->kernel, "Kernel version to behave like");
  command
      .add_option("--host", options->host,
                  "What the machine is like (TOML): ticks, prices of ksmd's work")
      ->type_name("FILE");
  command
      .add_option("--until", options->until,
                  "When to stop: a time in seconds, 'trace-end', or 'settled' (when whole passes "
                  "change nothing any more; guests hold still after the end of the trace). A trace "
                  "of a single moment runs until it has settled")
      ->capture_default_str()
      ->type_name("WHEN");
  command.add_option("--sample", options->sample_s, "Time between samples")
      ->capture_default_str()
      ->type_name("SECONDS");
  command.add_option("--seed", options->seed, "Seed of all random numbers (a replay draws none)")
      ->capture_default_str()
      ->type_name("NUMBER");
  command
      .add_option("--csv", options->csv,
                  "Write all counters at every sample; - is standard output, without a summary")
      ->type_name("FILE");
  command.add_option("--json", options->json, "Write the summary as JSON; - as above")
      ->type_name("FILE");
  command.add_option("--out", options->out, "Write the whole result, for other commands")
      ->type_name("FILE");
  command.add_flag("--salvage", options->salvage,
                   "Replay a damaged trace as far as it is good, instead of refusing it");
  command.add_flag("--force", options->force, "Write over files that are there");
  command.add_flag("--quiet", options->quiet, "Print no summary");
}

}  // namespace

void add_run(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  add_options(app, options);
  app.callback([&app, options, &chosen] {
    if (app.get_subcommands().empty() && !options->trace.empty()) {
      chosen = [options] { return run_trace(*options); };
    }
  });
  auto* command = app.add_subcommand(
      "run", "Replays guests and prints what KSM would do; `ksmsim --trace FILE` is short for it.");
  auto own = std::make_shared<Options>();
  add_options(*command, own);
  command->get_option("--trace")->required();
  command->callback([own, &chosen] { chosen = [own] { return run_trace(*own); }; });
}

}  // namespace ksmsim::cli
