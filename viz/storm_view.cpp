#include "viz/storm_view.hpp"

#include <fmt/core.h>

#include "viz/text_summary.hpp"

namespace ksmsim::viz {
namespace {

constexpr auto kPage = static_cast<std::int64_t>(kPageBytes);

std::string line(const std::string& what, const std::string& value) {
  return fmt::format("{:<26}{}\n", what, value);
}

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

std::string worst_text(const results::WorstMinute& minute) {
  return fmt::format("worst minute {} pages ({}), from {} on", minute.breaks,
                     bytes_text(minute.breaks * kPage), seconds_text(seconds(minute.from_ns)));
}

std::string free_text(const results::RunResult& result) {
  const auto free = free_bytes(result);
  return free ? bytes_text(*free) : "no bound given";
}

}  // namespace

std::optional<std::int64_t> free_bytes(const results::RunResult& result) {
  if (!result.host || result.samples.empty()) return std::nullopt;
  const results::HostFigures& host = result.samples.back().host;
  if (host.used_kb + host.free_kb + host.buffers_kb + host.cached_kb == 0) return std::nullopt;
  return host.available_kb * 1024;
}

std::optional<double> exhaustion_s(const results::RunResult& result) {
  const auto free = free_bytes(result);
  if (!free || result.worst_minute.breaks == 0) return std::nullopt;
  return 60 * static_cast<double>(*free) / static_cast<double>(result.worst_minute.breaks * kPage);
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
  if (result.storm.classes.empty()) return "";
  const results::Blast& largest = result.storm.classes.front();
  return fmt::format("{} ({}), free {}", bytes_text(largest.pages * kPage), blast_text(largest),
                     free_text(result));
}

std::string storm_text(const results::RunResult& result) {
  std::string text = line("broken sharings", worst_text(result.worst_minute) + ", by writes");
  for (const results::BreakCause& cause : result.break_causes) {
    if (cause.breaks == 0) continue;
    text += line("  " + cause.cause,
                 fmt::format("{} pages; memory in use by it, new pages included: {}", cause.breaks,
                             bytes_text(cause.new_frames * kPage)));
    text += line("", worst_text(cause.worst_minute));
  }
  text += line("free memory", free_text(result));
  if (const auto lasts = exhaustion_s(result)) {
    text += line("  at the worst rate", "exhausted in " + seconds_text(*lasts));
  }
  text += line("if it diverged at once", fmt::format("what is merged at the end would take {}",
                                                     bytes_text(result.storm.saved_pages * kPage)));
  for (const results::Blast& blast : result.storm.classes) {
    text += line("  " + bytes_text(blast.pages * kPage), blast_text(blast));
  }
  for (const results::Blast& blast : result.storm.groups) {
    text += line(
        "  " + bytes_text(blast.pages * kPage),
        (blast.guests.size() == 1 ? "within " : "shared by exactly ") + guests_text(blast.guests));
  }
  return text;
}

}  // namespace ksmsim::viz
