#include "tests/bench/report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ksmsim::bench {
namespace {

// With so many decimals, never above (below) the value.
std::string down(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return fmt::format("{:.{}f}", std::floor(value * scale) / scale, decimals);
}
std::string up(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return fmt::format("{:.{}f}", std::ceil(value * scale) / scale, decimals);
}

std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), " ");
  }
  return digits;
}

std::string machine_says(RateSource source) {
  switch (source) {
    case RateSource::live:
      return "this run";
    case RateSource::stored:
      return "RATES.md (6.18, other run)";
    case RateSource::none:
      break;
  }
  return "-";
}

std::string line_of(const KsmRow& r) {
  const bool compared = r.source != RateSource::none;
  const std::string ratio = compared ? fmt::format("{} [{} .. {}]", down(r.ratio.median, 1),
                                                   down(r.ratio.min, 1), down(r.ratio.max, 1))
                                     : "-";
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", r.c.name, grouped(r.c.pages),
                     up(r.ours.median, r.ours.median < 10 ? 3 : 0),
                     compared ? down(r.ksmd.median, 0) : "-", machine_says(r.source), ratio,
                     r.c.floor > 0 ? fmt::format("{:.0f}", r.c.floor) : "-", verdict(r));
}

std::string ksm_table(const std::vector<KsmRow>& rows) {
  if (rows.empty()) return "";
  std::string text =
      "## Beside ksmd\n"
      "CPU nanoseconds for each page, medians; how many times as fast [slowest .. fastest run].\n\n"
      "| case | pages | ours | ksmd | ksmd measured in | ratio | floor | reached |\n"
      "|---|---:|---:|---:|---|---:|---:|---|\n";
  for (const KsmRow& r : rows) text += line_of(r);
  return text + "\n";
}

std::string memory_table(const std::vector<MemoryRow>& rows) {
  if (rows.empty()) return "";
  std::string text =
      "## Memory of the engine\n"
      "Growth of the peak of a fresh process's memory, from before pages are mapped to the end of "
      "two\npasses, divided by the mapped pages.\n\n"
      "| pages | mix | bytes for each page | at most | reached | CPU seconds |\n"
      "|---:|---|---:|---:|---|---:|\n";
  for (const MemoryRow& r : rows) {
    text += fmt::format("| {} | {} | {} | {:.0f} | {} | {} |\n", grouped(r.c.pages),
                        name_of(r.c.mix), up(r.measured.bytes_per_page, 1), kBytesPerPageMax,
                        r.measured.bytes_per_page <= kBytesPerPageMax ? "yes" : "no",
                        up(r.measured.seconds, 1));
  }
  return text + "\n";
}

std::string whole_memory_table(const std::vector<WholeMemoryRow>& rows) {
  if (rows.empty()) return "";
  std::string text =
      "## Memory of the whole program\n"
      "Peak of the process from its start to its end, with summary and results, above that of the "
      "same\nwith 20 pages, divided by the pages. Merged: each content twice.\n\n"
      "| pages | program | mix | bytes for each page | at most | reached | CPU seconds |\n"
      "|---:|---|---|---:|---:|---|---:|\n";
  for (const WholeMemoryRow& r : rows) {
    const double at_most = whole_bytes_per_page_max(r.c.mix);
    text +=
        fmt::format("| {} | {} | {} | {} | {:.0f} | {} | {} |\n", grouped(r.c.pages),
                    name_of(r.c.way), name_of(r.c.mix), up(r.measured.bytes_per_page, 1), at_most,
                    r.measured.bytes_per_page <= at_most ? "yes" : "no", up(r.measured.seconds, 1));
  }
  return text + "\n";
}

// Whether all that was measured reaches the floor.
std::string reached(const Spread& measured, double floor) {
  if (measured.min >= floor) return "yes";
  return measured.median >= floor ? "only by the median" : "no";
}

std::string capture_table(const std::vector<CaptureRow>& rows) {
  if (rows.empty()) return "";
  std::string text = fmt::format(
      "## Capture\n"
      "Another process's memory, {} GiB of random bytes, gone over once as `ksmsim capture` does,\n"
      "and the same bytes read plainly, in turn. GiB for each second of CPU time of one thread;\n"
      "capture's speed divided by that of the row.\n\n"
      "| pages | what | GiB/s [min .. max] | capture / this | floor | reached |\n"
      "|---|---|---:|---:|---:|---|\n",
      CapturedMemory::kBytes >> 30);
  for (const CaptureRow& r : rows) {
    const bool hashed = r.reading == Reading::capture || r.reading == Reading::merged;
    const Spread& speed = r.gib_per_second;
    text += fmt::format("| {} | {} | {} [{} .. {}] | {} | {} | {} |\n", name_of(r.size),
                        name_of(r.reading), down(speed.median, 1), down(speed.min, 1),
                        down(speed.max, 1),
                        r.reading == Reading::capture ? "-" : down(r.ratio.median, 2),
                        hashed ? fmt::format("{:.0f}", kCaptureGibPerSecondMin) : "-",
                        hashed ? reached(speed, kCaptureGibPerSecondMin) : "-");
  }
  return text + "\n";
}

std::string program_table(const std::vector<ProgramRow>& rows) {
  if (rows.empty()) return "";
  std::string text =
      "## The whole program\n\n"
      "| what | unit | median [min .. max] | floor | reached | CPU seconds |\n"
      "|---|---|---:|---:|---|---:|\n";
  for (const ProgramRow& r : rows) {
    const auto round = r.bound.starts_with("at most") ? up : down;
    text += fmt::format("| {} | {} | {} [{} .. {}] | {} | {} | {} |\n", r.name, r.unit,
                        round(r.value.median, 2), round(r.value.min, 2), round(r.value.max, 2),
                        r.bound, r.reached ? "yes" : "no", up(r.cpu_s.median, 2));
  }
  return text + "\n";
}

}  // namespace

std::string verdict(const KsmRow& row) {
  if (row.c.floor <= 0 || row.source == RateSource::none) return "-";
  return reached(row.ratio, row.c.floor);
}

Result<std::string> Report::markdown(const Bounds& bounds) const {
  // A kind and its name, in the order of the tables.
  std::vector<std::pair<std::string, std::string>> kinds;
  const auto note = [&](const std::string& kind, const std::string& name) {
    const bool known = std::any_of(kinds.begin(), kinds.end(),
                                   [&](const auto& other) { return other.first == kind; });
    if (!known) kinds.emplace_back(kind, name);
  };
  for (const KsmRow& r : ksm) {
    const bool grouped = r.c.contents == Contents::groups;
    note(r.c.kind, grouped ? r.c.name.substr(0, r.c.name.find(',')) : r.c.name);
  }
  if (!memory.empty()) note("memory", "memory");
  if (!whole_memory.empty()) note("whole-memory", "memory of the whole program");
  if (!captures.empty()) note("capture", "capture");
  for (const ProgramRow& r : programs) note(r.kind, r.name);
  std::string text = ksm_table(ksm) + memory_table(memory) + whole_memory_table(whole_memory) +
                     capture_table(captures) + program_table(programs);
  for (const std::string& m : missing) text += "Not measured: " + m + "\n\n";
  text += "## What bounds each row\nNot measured by this run: what profiling showed before.\n\n";
  for (const auto& [kind, name] : kinds) {
    const auto sentence = bounds.of(kind);
    if (!sentence) return sentence.error();
    text += fmt::format("- **{}**: {}\n", name, *sentence);
  }
  return text;
}

}  // namespace ksmsim::bench
