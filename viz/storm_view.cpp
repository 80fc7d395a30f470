#include "viz/storm_view.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

std::string worst_text(const results::WorstMinute& minute) {
  return fmt::format("worst minute {} pages ({}), from {} on", minute.breaks,
                     bytes_text(minute.breaks * kPage), seconds_text(in_seconds(minute.from_ns)));
}

std::string at_text(std::int64_t ns) { return "at " + seconds_text(in_seconds(ns)); }

std::string available_text(const std::optional<std::int64_t>& bytes) {
  return bytes ? bytes_text(*bytes) : "no bound given";
}

std::optional<std::int64_t> available_bytes_at(const results::Storm& storm) {
  if (!storm.available_kb) return std::nullopt;
  return *storm.available_kb * 1024;
}

// "190.0 MiB less within 14.2 s, from 4 min 00 s on".
std::string fall_text(const results::Fall& fall) {
  const double length = in_seconds(fall.to_ns - fall.from_ns);
  return fmt::format("{} less {}, from {} on", kb_text(fall.kb()),
                     length > 0 ? "within " + seconds_text(length) : "at once",
                     seconds_text(in_seconds(fall.from_ns)));
}

std::string after_text(double s) {
  return s > 0 ? seconds_text(s) + " after the fall began" : "at once";
}

std::string exhaustion_text(const results::RunResult& result) {
  const auto lasts = exhaustion(result);
  if (!lasts) return "";
  const bool fact = lasts->of == Exhaustion::Of::fact;
  std::string text = figure_line(
      "", fact ? "was exhausted " + after_text(lasts->s)
               : "at this rate, exhausted in " + seconds_text(lasts->s) + " from there");
  if (const results::OomKill* kill = storm_kill(result)) {
    const double after = in_seconds(kill->at_ns - result.memory->storm_fall.from_ns);
    text += figure_line("", kill->guest + " was killed " + after_text(after));
  }
  return text;
}

std::string course_text(const results::RunResult& result) {
  if (!result.memory)
    return figure_line("available memory", available_text(available_bytes(result)));
  const results::MemoryCourse& m = *result.memory;
  std::string text =
      figure_line("available memory",
                  fmt::format("least {} {}; {} at the end", kb_text(m.least_kb),
                              at_text(m.least_at_ns), available_text(available_bytes(result))));
  if (m.fastest.kb() > 0) text += figure_line("  fastest fall", fall_text(m.fastest));
  if (m.storm.breaks == 0) return text;
  text += figure_line(
      "  in the worst minute",
      fmt::format("{} pages ({}) broke, unmerging included, from {} on", m.storm.breaks,
                  bytes_text(m.storm.breaks * kPage), seconds_text(in_seconds(m.storm.from_ns))));
  text += figure_line("", kb_text(m.storm_kb) + " available as it began");
  if (m.storm_fall.kb() > 0) text += figure_line("", fall_text(m.storm_fall));
  return text + exhaustion_text(result);
}

std::string kills_text(const results::RunResult& result) {
  if (!result.host || result.host->total_kb == 0) return "";
  constexpr std::size_t kNamed = 4;
  const auto& kills = result.host->kills;
  std::string text =
      figure_line("guests killed (OOM)", kills.empty() ? "none" : std::to_string(kills.size()));
  for (std::size_t i = 0; i < kills.size() && i < kNamed; ++i) {
    text += figure_line("", kills[i].guest + " " + at_text(kills[i].at_ns));
  }
  if (kills.size() > kNamed)
    text += figure_line("", fmt::format("and {} more", kills.size() - kNamed));
  return text;
}

std::string swap_text(const results::RunResult& result) {
  const auto swap = swap_use(result);
  if (!swap) return "";
  std::string most;
  if (swap->most_bytes > 0) {
    most = fmt::format(", most {} {}", bytes_text(swap->most_bytes), at_text(swap->most_at_ns));
  }
  return figure_line("swap used", bytes_text(swap->end_bytes) + " at the end" + most);
}

std::string causes_text(const results::RunResult& result) {
  std::string text;
  for (const results::BreakCause& cause : result.break_causes) {
    if (cause.breaks == 0 && cause.new_frames == 0) continue;
    text += figure_line("  " + cause.cause,
                        fmt::format("{} pages; extra memory, new pages included: {}", cause.breaks,
                                    bytes_text(cause.new_frames * kPage)));
    if (cause.breaks > 0) text += figure_line("", worst_text(cause.worst_minute));
  }
  return text;
}

// A group of guests, not a class.
std::string group_text(const results::Blast& blast) {
  return (blast.guests.size() == 1 ? "within " : "shared by exactly ") + guests_text(blast.guests);
}

// Of classes and groups; of equals the class. Nothing if nothing is merged.
const results::Blast* largest_blast(const results::Storm& storm) {
  const results::Blast* largest = storm.classes.empty() ? nullptr : &storm.classes.front();
  if (storm.groups.empty()) return largest;
  const results::Blast& group = storm.groups.front();
  return largest != nullptr && largest->pages >= group.pages ? largest : &group;
}

std::string blasts_text(const results::Storm& storm) {
  std::string text;
  for (const results::Blast& blast : storm.classes) {
    text += figure_line("  " + bytes_text(blast.pages * kPage), blast_text(blast));
  }
  for (const results::Blast& blast : storm.groups) {
    text += figure_line("  " + bytes_text(blast.pages * kPage), group_text(blast));
  }
  return text;
}

}  // namespace

std::optional<std::int64_t> available_bytes(const results::RunResult& result) {
  if (!result.host || result.samples.empty()) return std::nullopt;
  const results::HostFigures& host = result.samples.back().host;
  if (host.used_kb + host.free_kb + host.buffers_kb + host.cached_kb == 0) return std::nullopt;
  return host.available_kb * 1024;
}

std::optional<Exhaustion> exhaustion(const results::RunResult& result) {
  if (!result.memory || result.memory->storm_fall.kb() == 0) return std::nullopt;
  const results::Fall& fall = result.memory->storm_fall;
  const double length = in_seconds(fall.to_ns - fall.from_ns);
  if (fall.to_kb == 0) return Exhaustion{Exhaustion::Of::fact, length};
  // A fall is known to the second.
  return Exhaustion{
      Exhaustion::Of::estimate,
      static_cast<double>(fall.from_kb) * std::max(length, 1.0) / static_cast<double>(fall.kb())};
}

const results::OomKill* storm_kill(const results::RunResult& result) {
  constexpr std::int64_t kMinuteNs = 60'000'000'000;
  if (!result.host || !result.memory || result.memory->storm_fall.kb() == 0) return nullptr;
  const std::int64_t from_ns = result.memory->storm_fall.from_ns;
  for (const results::OomKill& kill : result.host->kills) {
    if (kill.at_ns >= from_ns && kill.at_ns < from_ns + kMinuteNs) return &kill;
  }
  return nullptr;
}

std::optional<SwapUse> swap_use(const results::RunResult& result) {
  if (!result.host || result.host->swap_total_kb == 0) return std::nullopt;
  SwapUse use;
  for (const results::Sample& sample : result.samples) {
    use.end_bytes = sample.host.swap_used_kb * 1024;
    if (use.end_bytes <= use.most_bytes) continue;
    use.most_bytes = use.end_bytes;
    use.most_at_ns = sample.at_ns;
  }
  return use;
}

const results::Storm* larger_peak(const results::RunResult& result) {
  const bool larger =
      result.peak_storm && result.peak_storm->saved_pages > result.storm.saved_pages;
  return larger ? &*result.peak_storm : nullptr;
}

std::string guests_text(const std::vector<std::string>& guests) {
  constexpr std::size_t kNamed = 4;
  std::string text;
  for (std::size_t i = 0; i < guests.size() && i < kNamed; ++i) {
    text += (i > 0 ? ", " : "") + guests[i];
  }
  if (guests.size() > kNamed) text += fmt::format(" and {} more", guests.size() - kNamed);
  return text;
}

std::string blast_text(const results::Blast& blast) {
  const std::string name =
      blast.page_class.empty() ? std::to_string(blast.number) : blast.page_class;
  return fmt::format("class {} in {}", name, guests_text(blast.guests));
}

std::string largest_blast_text(const results::RunResult& result) {
  const results::Blast* at_end = largest_blast(result.storm);
  const results::Storm* peak = larger_peak(result);
  const results::Blast* at_peak = peak != nullptr ? largest_blast(*peak) : nullptr;
  const bool then = at_peak != nullptr && (at_end == nullptr || at_peak->pages > at_end->pages);
  const results::Blast* largest = then ? at_peak : at_end;
  if (largest == nullptr) return "";
  const bool is_class = !largest->page_class.empty() || largest->number != 0;
  return fmt::format("{} ({}){}, available {}", bytes_text(largest->pages * kPage),
                     is_class ? blast_text(*largest) : group_text(*largest),
                     then ? " " + at_text(peak->at_ns) : "",
                     available_text(then ? available_bytes_at(*peak) : available_bytes(result)));
}

std::string risk_text(const results::RunResult& result) {
  if (!result.host || !result.memory) return "";
  const std::size_t kills = result.host->kills.size();
  std::string text = kills == 0   ? "no guest killed (OOM)"
                     : kills == 1 ? "1 guest killed (OOM)"
                                  : fmt::format("{} guests killed (OOM)", kills);
  const auto swap = swap_use(result);
  text += swap ? fmt::format("; most swap used {}", bytes_text(swap->most_bytes)) : "; no swap";
  return text + fmt::format("; least available memory {} {}", kb_text(result.memory->least_kb),
                            at_text(result.memory->least_at_ns));
}

std::string storm_text(const results::RunResult& result) {
  std::string text =
      figure_line("broken sharings", worst_text(result.worst_minute) + ", by writes");
  text += causes_text(result);
  text += course_text(result) + swap_text(result) + kills_text(result);
  text += figure_line("if it diverged at once",
                      fmt::format("what is merged at the end would take {}",
                                  bytes_text(result.storm.saved_pages * kPage)));
  text += blasts_text(result.storm);
  if (const results::Storm* peak = larger_peak(result)) {
    text += figure_line("at the largest saving",
                        fmt::format("{} what was merged would have taken {}, available {}",
                                    at_text(peak->at_ns), bytes_text(peak->saved_pages * kPage),
                                    available_text(available_bytes_at(*peak))));
    text += blasts_text(*peak);
  }
  return text;
}

}  // namespace ksmsim::viz
