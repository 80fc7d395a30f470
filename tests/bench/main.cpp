// bench: how fast the engine is beside ksmd on the same work, how much memory a page takes, how
// fast capture reads, and how long replay and import take. Options of Google Benchmark
// (--benchmark_filter=...,
// --benchmark_out=...) and the ones below.
#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>

#include "tests/bench/live_ksm.hpp"
#include "tests/bench/program_case.hpp"
#include "tests/bench/report.hpp"
#include "tests/bench/simulated_ksm.hpp"

namespace ksmsim::bench {
namespace {

struct Options {
  std::string ksmsim = KSMSIM_PROGRAM;
  std::string page;  // Where the tables go.
  bool live = true;
  std::uint64_t memory_pages_max = 64'000'000;
  std::string memory_mix;  // Both: this process is a memory case.
  std::uint64_t memory_pages = 0;
};

// What all benchmarks share.
struct Session {
  Options options;
  StoredRates rates;
  Report report;
  bool failed = false;

  void note_missing(const std::string& what) {
    auto& all = report.missing;
    if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(what);
  }
  void fail(benchmark::State& state, const Error& error) {
    failed = true;
    state.SkipWithError(error.text.c_str());
  }
};

void show(benchmark::State& state, const char* name, const Spread& spread) {
  state.counters[name] = spread.median;
  state.counters[std::string(name) + "_min"] = spread.min;
  state.counters[std::string(name) + "_max"] = spread.max;
}

int complain(const Error& error) {
  std::fprintf(stderr, "bench: %s\n", error.text.c_str());
  return 1;
}

// One measurement of ksmd, one of ours, and so on: what disturbs the machine disturbs both.
void measure_ksm(benchmark::State& state, const KsmCase& c, Session& session) {
  std::unique_ptr<LiveKsm> live;
  if (session.options.live) {
    auto started = LiveKsm::start(c);
    if (started) {
      live = std::move(*started);
    } else {
      session.note_missing("this machine's ksmd: " + started.error().text);
    }
  }
  const std::optional<double> stored = session.rates.ns(c);
  SimulatedKsm simulated(c);
  std::vector<double> ours;
  std::vector<double> ksmd;
  std::vector<double> ratios;
  for (auto _ : state) {
    std::optional<double> theirs = stored;
    if (live) {
      const auto measured = live->measure();
      if (!measured) return session.fail(state, measured.error());
      theirs = *measured;
    }
    const double ns = simulated.measure();
    state.SetIterationTime(ns * static_cast<double>(c.pages) / 1e9);
    ours.push_back(ns);
    if (!theirs) continue;
    ksmd.push_back(*theirs);
    ratios.push_back(*theirs / ns);
  }
  KsmRow row{c, spread_of(ours), {}, {}, RateSource::none};
  show(state, "ns_per_page", row.ours);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(c.pages));
  if (!ratios.empty()) {
    row.source = live ? RateSource::live : RateSource::stored;
    row.ksmd = spread_of(ksmd);
    row.ratio = spread_of(ratios);
    show(state, "ksmd_ns_per_page", row.ksmd);
    show(state, "ratio", row.ratio);
    if (!live) state.SetLabel("ksmd: RATES.md (6.18, other run)");
  }
  if (c.floor > 0) state.counters["floor"] = c.floor;
  session.report.ksm.push_back(row);
}

void measure_memory_case(benchmark::State& state, const MemoryCase& c, Session& session) {
  for (auto _ : state) {
    const auto measured = measure_memory(c);
    if (!measured) return session.fail(state, measured.error());
    state.SetIterationTime(measured->seconds);
    state.counters["bytes_per_page"] = measured->bytes_per_page;
    session.report.memory.push_back({c, *measured});
  }
  state.counters["at_most"] = kBytesPerPageMax;
}

void measure_whole_memory_case(benchmark::State& state, const WholeMemoryCase& c,
                               Session& session) {
  const double at_most = whole_bytes_per_page_max(c.mix);
  for (auto _ : state) {
    const auto measured = measure_whole_memory(session.options.ksmsim, c);
    if (!measured) return session.fail(state, measured.error());
    state.SetIterationTime(measured->seconds);
    state.counters["bytes_per_page"] = measured->bytes_per_page;
    session.report.whole_memory.push_back({c, *measured});
    // Not a matter of time, so it is the same on every machine.
    if (measured->bytes_per_page > at_most)
      session.fail(state, {std::to_string(measured->bytes_per_page) + " bytes a page"});
  }
  state.counters["at_most"] = at_most;
}

// All ways in turn, over and over: what disturbs the machine disturbs all.
void measure_capture(benchmark::State& state, PageSize size, Session& session) {
  const auto memory = CapturedMemory::make(size);
  if (!memory) {
    session.note_missing("capture of " + name_of(size) + " pages: " + memory.error().text);
    return state.SkipWithError(memory.error().text.c_str());
  }
  std::array<std::vector<double>, std::size(kReadings)> speeds;
  std::array<std::vector<double>, std::size(kReadings)> ratios;
  for (auto _ : state) {
    for (std::size_t i = 0; i < std::size(kReadings); ++i) {
      const auto speed = (*memory)->gib_per_second(kReadings[i]);
      if (!speed) return session.fail(state, speed.error());
      speeds[i].push_back(*speed);
      ratios[i].push_back(speeds[0].back() / *speed);
    }
    state.SetIterationTime(1 / speeds[0].back());
  }
  constexpr const char* kNames[] = {"gib_per_second", "merged", "plain", "copy", "sum"};
  for (std::size_t i = 0; i < std::size(kReadings); ++i) {
    const CaptureRow row{size, kReadings[i], spread_of(speeds[i]), spread_of(ratios[i])};
    show(state, kNames[i], row.gib_per_second);
    session.report.captures.push_back(row);
  }
  state.counters["floor"] = kCaptureGibPerSecondMin;
}

void measure_replay(benchmark::State& state, Session& session) {
  std::vector<double> wall;
  std::vector<double> cpu;
  for (auto _ : state) {
    const auto run = replay_example(session.options.ksmsim);
    if (!run) return session.fail(state, run.error());
    state.SetIterationTime(run->wall_s);
    wall.push_back(run->wall_s);
    cpu.push_back(run->cpu_s);
  }
  ProgramRow row{"replay",        "replay of the example", "s",  "at most 2",
                 spread_of(wall), spread_of(cpu),          false};
  row.reached = row.value.max < kReplaySecondsMax;
  show(state, "seconds", row.value);
  session.report.programs.push_back(row);
}

void measure_import(benchmark::State& state, Session& session) {
  MemoryImage image;
  if (auto r = image.make(); !r) return session.fail(state, r.error());
  std::vector<double> rate;
  std::vector<double> cpu;
  for (auto _ : state) {
    const auto run = image.import(session.options.ksmsim);
    if (!run) {
      session.note_missing("import: " + run.error().text);
      return session.fail(state, run.error());
    }
    state.SetIterationTime(run->wall_s);
    rate.push_back(image.gib() / run->wall_s);
    cpu.push_back(run->cpu_s);
  }
  ProgramRow row{"import",
                 "import of a memory image of 3 GiB",
                 "GiB/s",
                 "at least 1",
                 spread_of(rate),
                 spread_of(cpu),
                 false};
  row.reached = row.value.min >= kImportGibPerSecondMin;
  show(state, "gib_per_second", row.value);
  session.report.programs.push_back(row);
}

void register_all(Session& session) {
  const auto add = [](const std::string& name, int repetitions, auto measure) {
    benchmark::RegisterBenchmark(name.c_str(), measure)
        ->UseManualTime()
        ->Iterations(repetitions)
        ->Unit(benchmark::kMillisecond);
  };
  for (const KsmCase& c : ksm_cases()) {
    const std::string group = c.contents == Contents::groups ? "/" + std::to_string(c.group) : "";
    add("ksm/" + c.kind + group + "/" + std::to_string(c.pages), c.repetitions(),
        [c, &session](benchmark::State& state) { measure_ksm(state, c, session); });
  }
  for (const MemoryCase& c : memory_cases()) {
    if (c.pages > session.options.memory_pages_max) continue;
    add("memory/" + name_of(c.mix) + "/" + std::to_string(c.pages), 1,
        [c, &session](benchmark::State& state) { measure_memory_case(state, c, session); });
  }
  for (const WholeMemoryCase& c : whole_memory_cases()) {
    if (c.pages > session.options.memory_pages_max) continue;
    const std::string way = c.way == Way::scenario ? "run" : "trace";
    add("whole-memory/" + way + "/" + name_of(c.mix) + "/" + std::to_string(c.pages), 1,
        [c, &session](benchmark::State& state) { measure_whole_memory_case(state, c, session); });
  }
  constexpr int kProgramRuns = 7;
  for (const PageSize size : {PageSize::small, PageSize::huge}) {
    add("capture/" + name_of(size), kProgramRuns,
        [size, &session](benchmark::State& state) { measure_capture(state, size, session); });
  }
  add("program/replay", kProgramRuns,
      [&session](benchmark::State& state) { measure_replay(state, session); });
  add("program/import", kProgramRuns,
      [&session](benchmark::State& state) { measure_import(state, session); });
}

// Every kind of case has its sentence: to be known before, not after, all is measured.
Result<void> complete(const Bounds& bounds) {
  std::vector<std::string> kinds{"memory", "whole-memory", "capture", "replay", "import"};
  for (const KsmCase& c : ksm_cases()) kinds.push_back(c.kind);
  for (const std::string& kind : kinds) {
    if (auto sentence = bounds.of(kind); !sentence) return sentence.error();
  }
  return {};
}

int run(const Options& options, const Bounds& bounds, StoredRates rates) {
  Session session{options, std::move(rates), {}, false};
  register_all(session);
  benchmark::RunSpecifiedBenchmarks();
  const auto text = session.report.markdown(bounds);
  if (!text) return complain(text.error());
  if (!options.page.empty()) {
    std::ofstream out(options.page);
    out << *text;
    out.close();
    if (!out) return complain({options.page + ": cannot be written"});
  }
  return session.failed ? 1 : 0;
}

}  // namespace
}  // namespace ksmsim::bench

int main(int argc, char** argv) {
  using namespace ksmsim::bench;
  benchmark::Initialize(&argc, argv);
  Options options;
  CLI::App app("Speed and memory of ksmsim. Options --benchmark_* are Google Benchmark's.");
  app.add_option("--ksmsim", options.ksmsim, "The program whose replay and import are timed");
  app.add_option("--page", options.page, "Write the tables of docs/performance.md to this file");
  app.add_flag("--live,!--no-live", options.live, "Measure this machine's ksmd too (default)");
  app.add_option("--memory-pages-max", options.memory_pages_max, "Leave larger memory cases out");
  app.add_option("--memory-mix", options.memory_mix, "Be one memory case")->group("");
  app.add_option("--memory-pages", options.memory_pages, "Be one memory case")->group("");
  CLI11_PARSE(app, argc, argv);
  for (const Mix mix : kMixes) {
    if (options.memory_mix == name_of(mix)) return run_memory_case({mix, options.memory_pages});
  }
  auto rates = StoredRates::load();
  if (!rates) return complain(rates.error());
  const auto bounds = Bounds::load();
  if (!bounds) return complain(bounds.error());
  if (auto r = complete(*bounds); !r) return complain(r.error());
  return run(options, *bounds, std::move(*rates));
}
