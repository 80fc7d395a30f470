#include "viz/text_summary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/ksm/files.hpp"
#include "viz/host_view.hpp"
#include "viz/storm_view.hpp"
#include "viz/summary_figures.hpp"

namespace ksmsim::viz {
namespace {

constexpr const char* kNone = "-";

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return kNone;
  return fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string line(const char* what, const std::string& value) {
  return fmt::format("{:<26}{}\n", what, value);
}

std::string saving_lines(const char* when, const Saving& s, const ksm::Traits& kernel) {
  std::string text =
      line(when, fmt::format("{} ({} of {} of guest memory)", bytes_text(s.saved_bytes),
                             percent(s.saved_bytes, s.guest_bytes), bytes_text(s.guest_bytes)));
  text += line("  by equal contents", bytes_text(s.content_bytes));
  text += line("  by zero pages", bytes_text(s.zero_bytes) + "  (use_zero_pages)");
  text += line("  KSM's own records", bytes_text(-s.metadata_bytes));
  text += line("  counters claim",
               fmt::format("{}  (pages_sharing{})", bytes_text(s.claimed_bytes),
                           ksm::has_file(kernel, "ksm_zero_pages") ? " + ksm_zero_pages" : ""));
  return text;
}

std::string moment(const Saving& s) {
  return fmt::format("{} at {}", bytes_text(s.saved_bytes), seconds_text(s.at_s));
}

std::string when(const std::optional<double>& s) { return s ? seconds_text(*s) : kNone; }

std::string number(const std::optional<double>& n) { return n ? fmt::format("{:.2f}", *n) : kNone; }

std::string cpu_use(const SummaryFigures& f) {
  // A run that is over with its first, empty batch has no use to speak of.
  if (f.duration_s < 0.001) return "- % of one core (the run is over at once)";
  return fmt::format("{:.2f} % of one core (95th percentile {:.2f} %)", f.cpu_percent_mean,
                     f.cpu_percent_p95);
}

// Knob writes that the kernel would have refused; whoever asked for them has to know.
std::string refusals(const results::RunResult& result) {
  std::string text;
  for (const results::Event& e : result.events) {
    if (!e.text.starts_with("refused: ")) continue;
    text += line("knob write refused",
                 fmt::format("at {}: {}", seconds_text(static_cast<double>(e.at_ns) / 1e9),
                             e.text.substr(9)));
  }
  return text;
}

bool is_scenario(const results::RunResult& result) {
  return std::any_of(result.provenance.begin(), result.provenance.end(),
                     [](const auto& one) { return one.first == "scenario"; });
}

std::string configured(const results::RunResult& result, std::string_view key) {
  for (const auto& [name, value] : result.configuration) {
    if (name == key) return value;
  }
  return kNone;
}

std::string unmerged_lines(const SummaryFigures& f) {
  std::string text = line("equal but not merged", fmt::format("of {} that equal contents allow:",
                                                              bytes_text(f.possible_bytes)));
  if (f.unmerged_bytes.empty()) text += "  nothing\n";
  for (const auto& [why, bytes] : f.unmerged_bytes) {
    text += line(("  " + why).c_str(),
                 fmt::format("{} ({})", bytes_text(bytes), percent(bytes, f.possible_bytes)));
  }
  return text;
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
  const bool small = bytes > -1024 && bytes < 1024;
  if (small) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (std::abs(value) >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string seconds_text(double seconds) {
  // Limits are where what is shown would round up to the next unit.
  if (seconds < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 119.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 7200) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string text_summary(const results::RunResult& result,
                         const std::vector<std::string>& rests_on) {
  const SummaryFigures f = summary_figures(result);
  std::string text = line("memory saved now", moment(f.begin) + "  (when the run begins)");
  text += saving_lines("memory saved at the end", f.end, kernel_of(result));
  text += line("peak", moment(f.peak));
  text += line("floor after the peak", moment(f.floor));
  text += line("time to 50 / 90 / 99 %",
               fmt::format("{} / {} / {}  (of the final saving; as samples show it)",
                           when(f.s_to_50), when(f.s_to_90), when(f.s_to_99)));
  text += line("passes", fmt::format("{} in {}", f.passes, seconds_text(f.duration_s)));
  text += line("ksmd's CPU", cpu_use(f));
  text += line("  CPU time",
               fmt::format("{:.2f} s; {} s for each GiB saved", f.cpu_s, number(f.cpu_s_per_gib)));
  text += line("sharing ratio", number(f.sharing_ratio) + "  (pages_sharing / pages_shared)");
  text += line("waste ratio", number(f.waste_ratio) + "  (pages_unshared / pages_sharing)");
  text +=
      line("copy-on-write breaks",
           fmt::format("{:.1f} pages a minute; worst minute {} pages, from {} on",
                       f.breaks_per_min_mean, f.breaks_worst_min, seconds_text(f.worst_min_at_s)));
  text += unmerged_lines(f);
  // Of traces it stands in `explain`: there nothing says what is free.
  const std::string blast = largest_blast_text(result);
  if (!blast.empty() && (is_scenario(result) || free_bytes(result))) {
    text += line("largest blast radius", blast);
  }
  if (ksm::has_file(kernel_of(result), "general_profit")) {
    text += line("general_profit", fmt::format("{} bytes", f.general_profit_bytes));
  }
  text += host_text(result);
  text += refusals(result);
  text += line("simulated", fmt::format("kernel {}, HZ {}, seed {}", configured(result, "kernel"),
                                        configured(result, "hz"), configured(result, "seed")));
  text += line("rests on",
               "CPU prices of one machine (batches spread by 20 to 40 %; --host for yours),");
  text += line("", "the order of hashes (64 bits) in place of that of the pages' bytes");
  const ksm::Traits& kernel = kernel_of(result);
  if (kernel.evidence == ksm::Evidence::read) {
    text +=
        line("", fmt::format("rules of {} as read from sources, not compared with a real kernel",
                             kernel.kernel));
  }
  if (&kernel != &ksm::newest_traits()) {
    text += line("", fmt::format("CPU prices that were measured on {}, not on {}",
                                 ksm::newest_traits().kernel, kernel.kernel));
  }
  for (const std::string& other : rests_on) text += line("", other);
  text += fmt::format("digest  {:016x}\n", result.digest);
  return text;
}

}  // namespace ksmsim::viz
