#include "viz/text_summary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

#include "sim/ksm/files.hpp"
#include "viz/event_text.hpp"
#include "viz/host_view.hpp"
#include "viz/known_machines.hpp"
#include "viz/ksmd_cpu.hpp"
#include "viz/registration.hpp"
#include "viz/scenario_view.hpp"
#include "viz/storm_view.hpp"
#include "viz/summary_figures.hpp"
#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

constexpr const char* kNone = "-";

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return kNone;
  return fmt::format("{:.1f} %", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string saving_parts(const Saving& s, const ksm::Traits& kernel) {
  std::string text = figure_line("of what is saved", bytes_text(s.saved_bytes) + " at the end:");
  text += figure_line("  by equal contents", bytes_text(s.content_bytes));
  text += figure_line("  by zero pages", bytes_text(s.zero_bytes) + "  (use_zero_pages)");
  text += figure_line("  KSM's own records", bytes_text(-s.metadata_bytes));
  text +=
      figure_line("  counters claim",
                  fmt::format("{}  (pages_sharing{})", bytes_text(s.claimed_bytes),
                              ksm::has_file(kernel, "ksm_zero_pages") ? " + ksm_zero_pages" : ""));
  return text;
}

std::string moment(const Saving& s) {
  return fmt::format("{} at {}", bytes_text(s.saved_bytes), seconds_text(s.at_s));
}

std::string when(const std::optional<double>& s) { return s ? seconds_text(*s) : kNone; }

std::string number(const std::optional<double>& n) { return n ? fmt::format("{:.2f}", *n) : kNone; }

// "1.49 % of one core (0.69 to 1.91 % on the machines known)".
std::string use_text(const CpuUse& use) {
  std::string text = fmt::format("{:.2f} % of one core", use.percent);
  if (use.low_percent && use.high_percent) {
    text += fmt::format(" ({:.2f} to {:.2f} % on the machines known)", *use.low_percent,
                        *use.high_percent);
  }
  return text;
}

std::string cpu_lines(const SummaryFigures& f) {
  // A run that is over with its first, empty batch has no use to speak of.
  if (f.duration_s < 0.001) {
    return figure_line("ksmd's CPU", "- % of one core (the run is over at once)");
  }
  std::string text = figure_line("ksmd's CPU", use_text(f.cpu.mean));
  if (f.cpu.first_passes) {
    text += figure_line("  in the first passes", use_text(*f.cpu.first_passes));
  }
  if (f.cpu.steady) text += figure_line("  in the steady state", use_text(*f.cpu.steady));
  return text;
}

std::string settled_text(const SummaryFigures& f) {
  if (f.cpu.settled_at_s) {
    return fmt::format("after {}  ({} from then on)", seconds_text(*f.cpu.settled_at_s),
                       f.end.saved_bytes > 0 ? "within 10 % of the final saving"
                                             : "what KSM's own records take hardly moves");
  }
  if (f.passes < 2) return "no: pages merge at their second visit, and two passes did not end";
  return "no: within 10 % of the final saving for less than a fifth of the run";
}

// Knob writes that the kernel would have refused; whoever asked for them has to know.
std::string refusals(const results::RunResult& result) {
  std::string text;
  for (const results::Event& e : result.events) {
    const auto* refused = std::get_if<results::KnobRefused>(&e.what);
    if (refused == nullptr) continue;
    text += figure_line("knob write refused",
                        fmt::format("at {}: {}", seconds_text(in_seconds(e.at_ns)),
                                    refusal_text(*refused, kernel_of(result))));
  }
  return text;
}

// What the caller said of where the run comes from; nothing if it did not.
std::optional<std::string> provenance_of(const results::RunResult& result, std::string_view key) {
  for (const auto& [name, value] : result.provenance) {
    if (name == key) return value;
  }
  return std::nullopt;
}

std::string configured(const results::RunResult& result, std::string_view key) {
  for (const auto& [name, value] : result.configuration) {
    if (name == key) return value;
  }
  return kNone;
}

std::string unmerged_lines(const SummaryFigures& f) {
  std::string text =
      figure_line("equal but not merged",
                  fmt::format("of {} that equal contents allow:", bytes_text(f.possible_bytes)));
  if (f.unmerged_bytes.empty()) text += "  nothing\n";
  for (const auto& [why, bytes] : f.unmerged_bytes) {
    text += figure_line(
        "  " + why, fmt::format("{} ({})", bytes_text(bytes), percent(bytes, f.possible_bytes)));
  }
  return text;
}

// The kernel that was simulated, beside the one that was asked for or that the trace comes from.
std::string kernel_text(const results::RunResult& result) {
  std::string kernel = configured(result, "kernel");
  const auto asked = provenance_of(result, kAskedKernel);
  if (asked && *asked != kernel) kernel = fmt::format("{} (for {})", kernel, *asked);
  const auto said = provenance_of(result, kTraceKernel);
  if (!said) return kernel;
  const std::string_view release = ksm::release_in(*said);
  if (release.empty()) return fmt::format("{} (the trace names no release of Linux)", kernel);
  const char* remark = ksm::is_newer_than_known(release) ? ", newer than all that is known"
                       : ksm::traits_of(release)         ? ""
                                                         : ", which is not known";
  return fmt::format("{} (the trace comes from {}{})", kernel, release, remark);
}

// The truth, also where KSM's own records outweigh what is merged.
std::string saved_text(const Saving& s) {
  const std::string of = bytes_text(s.guest_bytes) + " of guest memory";
  if (s.content_bytes == 0 && s.zero_bytes == 0) return "nothing: no page of " + of + " is merged";
  return fmt::format("{} ({} of {}{})", bytes_text(s.saved_bytes),
                     percent(s.saved_bytes, s.guest_bytes), of,
                     s.saved_bytes < 0 ? "; KSM's own records take more than merging saves" : "");
}

// What people ask first: how much is saved, for how much CPU, how soon, and at what risk.
std::string answers(const results::RunResult& result, const SummaryFigures& f) {
  std::string text;
  if (f.nothing_registered)
    text += figure_line("nothing is registered", unregistered_text() + "; see `ksmsim explain`");
  text += figure_line("memory saved at the end", saved_text(f.end));
  text += cpu_lines(f);
  text += figure_line("settled", settled_text(f));
  text += figure_line("time to 50 / 90 / 99 %",
                      fmt::format("{} / {} / {}  (of the final saving; as samples show it)",
                                  when(f.s_to_50), when(f.s_to_90), when(f.s_to_99)));
  if (const std::string risk = risk_text(result); !risk.empty()) text += figure_line("risk", risk);
  // Of traces it stands in `explain`: there nothing says what is available.
  const std::string blast = largest_blast_text(result);
  if (!blast.empty() && (result.scenario || available_bytes(result))) {
    text += figure_line("largest blast radius", blast);
  }
  return text;
}

// How it went, and what the answers are made of.
std::string details(const results::RunResult& result, const SummaryFigures& f) {
  const ksm::Traits& kernel = kernel_of(result);
  std::string text = saving_parts(f.end, kernel);
  // Only a host on which KSM was at work already has something then.
  if (f.begin.saved_bytes > 0) {
    text += figure_line("saved at the beginning", moment(f.begin));
  }
  if (f.peak.saved_bytes > 0) {
    text += figure_line("peak", moment(f.peak));
    text += figure_line("floor after the peak", moment(f.floor));
  }
  text += figure_line("passes", fmt::format("{} in {}", f.passes, seconds_text(f.duration_s)));
  text += figure_line("ksmd's CPU time", fmt::format("{:.2f} s; {} s for each GiB saved", f.cpu_s,
                                                     number(f.cpu_s_per_gib)));
  text += figure_line("  95th percentile",
                      fmt::format("{:.2f} % of one core, between samples", f.cpu.p95_percent));
  text +=
      figure_line("sharing ratio", number(f.sharing_ratio) + "  (pages_sharing / pages_shared)");
  text += figure_line("waste ratio", number(f.waste_ratio) + "  (pages_unshared / pages_sharing)");
  text += figure_line(
      "copy-on-write breaks",
      fmt::format("{:.1f} pages a minute; worst minute {} pages, from {} on", f.breaks_per_min_mean,
                  f.breaks_worst_min, seconds_text(f.worst_min_at_s)));
  text += unmerged_lines(f);
  if (ksm::has_file(kernel, "general_profit")) {
    text += figure_line("general_profit", fmt::format("{} bytes", f.general_profit_bytes));
  }
  return text;
}

}  // namespace

std::string rests_on_text(const results::RunResult& result) {
  std::string text =
      figure_line("simulated", fmt::format("kernel {}, HZ {}, seed {}", kernel_text(result),
                                           configured(result, "hz"), configured(result, "seed")));
  const auto given = provenance_of(result, kPricesGiven);
  const Spread spread = known_spread();
  text += figure_line(
      "rests on",
      !given
          ? fmt::format("CPU prices of one machine ({} to {} % on those known; --host for yours),",
                        spread.least_percent, spread.most_percent)
          : fmt::format("CPU prices: {} given, the others those of one machine,", *given));
  text += figure_line("", "the order of hashes (64 bits) in place of that of the pages' bytes");
  const ksm::Traits& kernel = kernel_of(result);
  if (kernel.evidence == ksm::Evidence::read) {
    text += figure_line(
        "", fmt::format("rules of {} as read from sources, not compared with a real kernel",
                        kernel.kernel));
  }
  if (&kernel != &ksm::default_traits()) {
    text += figure_line(
        "", fmt::format("{}CPU prices that were measured on {}, not on {}", !given ? "" : "other ",
                        ksm::default_traits().kernel, kernel.kernel));
  }
  for (const std::string& other : assumption_lines(result)) text += figure_line("", other);
  return text;
}

std::string text_summary(const results::RunResult& result) {
  const SummaryFigures f = summary_figures(result);
  std::string text = scenario_heading(result) + answers(result, f) + details(result, f);
  text += host_text(result);
  text += refusals(result);
  text += rests_on_text(result);
  text += fmt::format("digest  {:016x}\n", result.digest);
  return text;
}

}  // namespace ksmsim::viz
