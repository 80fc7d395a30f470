#include "cli/cpu_measuring.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "cli/cpu_patterns.hpp"
#include "cli/files.hpp"
#include "live/live_lockstep.hpp"
#include "live/pass_times.hpp"
#include "live/random/generate.hpp"

namespace ksmsim::cli {
namespace {

using live::LiveFailure;
using Failed = std::optional<LiveFailure>;
using Times = std::vector<std::uint64_t>;  // Nanoseconds, of every pass or batch.

struct TimedPattern {
  const char* name;
  std::uint64_t pages;
  const char* differ_at;
  int first_pass, last_pass;  // Those that go into the table.
};

// Trees that caches hold and trees that they do not; pages that differ early and late.
constexpr std::uint64_t kFew = 10'000, kMany = 60'000;
constexpr std::array kPatterns = {TimedPattern{"unique", kFew, "first", 1, 3},
                                  TimedPattern{"unique", kMany, "first", 1, 3},
                                  TimedPattern{"unique", kFew, "last", 3, 3},
                                  TimedPattern{"unique", kMany, "last", 3, 3},
                                  TimedPattern{"ordered", kFew, "first", 3, 3},
                                  TimedPattern{"ordered", kMany, "first", 3, 3},
                                  TimedPattern{"ordered", kFew, "last", 3, 3},
                                  TimedPattern{"ordered", kMany, "last", 3, 3},
                                  TimedPattern{"rewritten", kFew, "first", 2, 3},
                                  TimedPattern{"rewritten", kMany, "first", 2, 3},
                                  TimedPattern{"groups:2", kFew, "first", 2, 3},
                                  TimedPattern{"groups:2", kMany, "first", 2, 3},
                                  TimedPattern{"groups:2", kMany, "last", 2, 3},
                                  TimedPattern{"groups:16", kFew, "first", 2, 3},
                                  TimedPattern{"groups:16", kMany, "first", 2, 3},
                                  TimedPattern{"groups:16", kMany, "last", 2, 3},
                                  TimedPattern{"groups:200", kMany, "first", 2, 3},
                                  TimedPattern{"chains:200", kFew, "first", 2, 2},
                                  TimedPattern{"chains:2000", kFew, "first", 2, 2},
                                  TimedPattern{"chains:10000", kFew, "first", 2, 2},
                                  TimedPattern{"zero", kMany, "first", 2, 3},
                                  TimedPattern{"zero:1", kMany, "first", 2, 4}};

// What the patterns have none of: skipped pages, stale nodes, items that go, absent pages.
struct TimedScript {
  const char* profile;
  std::uint64_t seed;
};
constexpr std::uint64_t kScale = 40;
constexpr std::array kScripts = {
    TimedScript{"smart", 1},    TimedScript{"smart", 2},   TimedScript{"stale", 1},
    TimedScript{"stale", 2},    TimedScript{"exits", 1},   TimedScript{"exits", 2},
    TimedScript{"volatile", 1}, TimedScript{"corrupt", 1}, TimedScript{"chains", 1},
    TimedScript{"zero", 1},     TimedScript{"static", 1},  TimedScript{"mix", 1}};

std::variant<Times, LiveFailure> time_pattern(const TimedPattern& timed) {
  const CpuPattern pattern{timed.name, timed.pages, timed.differ_at};
  const bool first = std::string_view(timed.differ_at) == "first";
  return live::time_passes(
      {.passes = timed.last_pass,
       .contents = [&pattern](int pass) { return contents_before(pattern, pass); },
       .offset = first ? 0 : kPageBytes - sizeof(std::uint64_t),
       .knobs = knobs_of(pattern)});
}

std::string script_text(const TimedScript& timed) {
  return *live::random::generate(timed.profile, timed.seed, kScale);
}

std::string script_name(const TimedScript& timed) {
  return fmt::format("{}-{}", timed.profile, timed.seed);
}

std::variant<Times, LiveFailure> time_script(const TimedScript& timed) {
  const auto script = traces::parse_script(script_text(timed), script_name(timed));
  if (!script) return LiveFailure{LiveFailure::Kind::script, script.error()};
  Times times;
  live::LiveOptions options;
  options.if_locked = live::IfLocked::wait;
  options.measure_cpu = true;
  options.on_row = [&times](const live::LiveRow& row) -> Result<void> {
    if (row.cpu_ns) times.push_back(*row.cpu_ns);
    return {};
  };
  if (auto failure = run_live(*script, options)) return *std::move(failure);
  return times;
}

// All that was measured, or a part of it: by pattern or script, then by pass or batch.
struct Measurements {
  std::vector<Times> patterns, scripts;
};

// One table in the format of cli/cpu_data: a line for each pass or batch.
std::string rates_table(const std::vector<Times>& patterns) {
  std::string text = "case,pattern,pages,differ_at,pass,ns_per_page\n";
  for (std::size_t i = 0; i < kPatterns.size(); ++i) {
    const TimedPattern& p = kPatterns[i];
    for (int pass = p.first_pass; pass <= p.last_pass; ++pass) {
      const auto ns = patterns[i].at(static_cast<std::size_t>(pass) - 1);
      text += fmt::format("pass {},{},{},{},{},{}\n", pass, p.name, p.pages, p.differ_at, pass,
                          (ns + p.pages / 2) / p.pages);
    }
  }
  return text;
}

std::string batches_table(const std::vector<Times>& scripts) {
  std::string text = "script,batch,cpu_ns\n";
  for (std::size_t i = 0; i < kScripts.size(); ++i) {
    for (std::size_t batch = 0; batch < scripts[i].size(); ++batch) {
      text += fmt::format("{},{},{}\n", script_name(kScripts[i]), batch + 1, scripts[i][batch]);
    }
  }
  return text;
}

Result<void> write_csv(const std::string& path, const std::string& text) {
  auto file = OutputFile::create(path, Overwrite::no);
  if (!file) return file.error();
  file->stream() << text;
  return file->commit();
}

Result<void> store_csv(const std::string& directory, const Measurements& measured) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Error{error.message()}.in(directory);
  if (auto r = write_csv(directory + "/rates.csv", rates_table(measured.patterns)); !r) return r;
  for (const TimedScript& script : kScripts) {
    const std::string path = directory + "/" + script_name(script) + ".ksm";
    if (auto r = write_csv(path, script_text(script)); !r) return r;
  }
  return write_csv(directory + "/batches.csv", batches_table(measured.scripts));
}

// Of each pass or batch the middle one of the runs.
std::vector<Times> medians(const std::vector<std::vector<Times>>& runs) {
  std::vector<Times> middle = runs.front();
  for (std::size_t i = 0; i < middle.size(); ++i) {
    for (std::size_t k = 0; k < middle[i].size(); ++k) {
      Times values;
      for (const auto& run : runs) values.push_back(run[i].at(k));
      std::sort(values.begin(), values.end());
      middle[i][k] = values[values.size() / 2];
    }
  }
  return middle;
}

}  // namespace

Failed measure_cpu(const std::string& directory,
                   const std::function<void(double, const std::string&)>& progress) {
  std::vector<std::vector<Times>> patterns, scripts;
  double done = 0;
  const double all = kCpuRuns * static_cast<double>(kPatterns.size() + kScripts.size());
  for (int run = 1; run <= kCpuRuns; ++run) {
    Measurements measured;
    for (const TimedPattern& pattern : kPatterns) {
      progress(done++ / all, pattern.name);
      auto times = time_pattern(pattern);
      if (auto* failure = std::get_if<LiveFailure>(&times)) return *failure;
      measured.patterns.push_back(std::get<Times>(std::move(times)));
    }
    for (const TimedScript& script : kScripts) {
      progress(done++ / all, script_name(script));
      auto times = time_script(script);
      if (auto* failure = std::get_if<LiveFailure>(&times)) return *failure;
      measured.scripts.push_back(std::get<Times>(std::move(times)));
    }
    if (auto r = store_csv(fmt::format("{}/run-{}", directory, run), measured); !r) {
      return LiveFailure{LiveFailure::Kind::machine, r.error()};
    }
    patterns.push_back(std::move(measured.patterns));
    scripts.push_back(std::move(measured.scripts));
  }
  if (auto r = store_csv(directory, {medians(patterns), medians(scripts)}); !r) {
    return LiveFailure{LiveFailure::Kind::machine, r.error()};
  }
  return std::nullopt;
}

}  // namespace ksmsim::cli
