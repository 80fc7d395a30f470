#include "viz/host_view.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

// More guests than this are summed up in a line.
constexpr std::size_t kGuestsShown = 60;
constexpr std::size_t kKillsShown = 20;

std::string mib(std::int64_t kb) { return fmt::format("{:.1f}", static_cast<double>(kb) / 1024); }

std::string row_of(const std::string& name, const results::GuestMemory& g) {
  return fmt::format("  {:<24}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", name,
                     mib(g.private_kb), mib(g.shared_kb), mib(g.pss_kb - g.private_kb),
                     mib(g.pss_kb), mib(g.rss_kb), mib(g.swap_kb), mib(g.balloon_kb));
}

// Less than nothing is free where more was promised than there is, until somebody is killed.
std::string free_or_short(std::int64_t kb) {
  return kb < 0 ? "short by " + kb_text(-kb) : "free " + kb_text(kb);
}

// How large ZFS's ARC is, and when it fell, as far as the samples tell.
std::string arc_text(const results::RunResult& result) {
  const std::int64_t start_kb = result.host->zfs_arc_kb;
  if (start_kb == 0) return "";
  const std::int64_t end_kb = result.samples.back().host.zfs_arc_kb;
  if (end_kb >= start_kb) return figure_line("  of used: ZFS's ARC", kb_text(end_kb));
  const auto first_below = [&](std::int64_t kb) {
    return std::find_if(result.samples.begin(), result.samples.end(),
                        [kb](const results::Sample& s) { return s.host.zfs_arc_kb < kb; });
  };
  return figure_line("  of used: ZFS's ARC",
                     fmt::format("{}; it gave back {} of {}, seen from {} to {}", kb_text(end_kb),
                                 kb_text(start_kb - end_kb), kb_text(start_kb),
                                 seconds_text(in_seconds(first_below(start_kb)->at_ns)),
                                 seconds_text(in_seconds(first_below(end_kb + 1)->at_ns))));
}

std::string kills_text(const results::HostOutcome& host, const results::HostFigures& last) {
  if (host.kills.empty()) return "";
  std::string text =
      figure_line("guests killed (OOM)", fmt::format("{} ({} of their operations dropped)",
                                                     host.kills.size(), last.dropped_operations));
  for (std::size_t i = 0; i < std::min(host.kills.size(), kKillsShown); ++i) {
    const results::OomKill& k = host.kills[i];
    text += figure_line(
        "", fmt::format("{} at {}: most of RSS + swap + page tables ({}); {}, swap free {}",
                        k.guest, seconds_text(in_seconds(k.at_ns)), kb_text(k.badness_pages * 4),
                        free_or_short(k.free_kb), kb_text(k.swap_free_kb)));
  }
  if (host.kills.size() > kKillsShown) {
    text += figure_line("", fmt::format("and {} more", host.kills.size() - kKillsShown));
  }
  return text;
}

std::string pressure_text(const results::HostFigures& last) {
  if (last.swap_ins == 0 && last.swap_outs == 0 && last.stall_ns == 0) return "";
  return figure_line("swap", fmt::format("{} pages out, {} in", last.swap_outs, last.swap_ins)) +
         figure_line(
             "guests waited",
             fmt::format("{} in all, for swap and for free memory (not added to their time)",
                         seconds_text(in_seconds(last.stall_ns))));
}

std::string huge_text(const results::HostFigures& last) {
  constexpr std::int64_t kHugeKb = 2048;
  const std::int64_t lost = last.huge_split_by_merging + last.huge_split_otherwise;
  if (lost == 0 && last.huge_rebuilt == 0) return "";
  std::string text = figure_line(
      "lost huge backing",
      fmt::format("{} of guest memory by merging, {} otherwise; khugepaged rebuilt {}; {} is huge",
                  kb_text(last.huge_split_by_merging * kHugeKb),
                  kb_text(last.huge_split_otherwise * kHugeKb),
                  kb_text(last.huge_rebuilt * kHugeKb), kb_text(last.huge_pages * kHugeKb)));
  text += figure_line(
      "", "what the lost ones cost guests (more TLB misses, longer page walks) depends on");
  text += figure_line("", "their work and is not estimated here");
  return text;
}

std::string numa_text(const results::HostOutcome& host, const results::HostFigures& last) {
  if (host.numa_nodes < 2) return "";
  return figure_line("reads of merged pages",
                     fmt::format("{} on the guest's own NUMA node, {} on others", last.local_reads,
                                 last.remote_reads));
}

}  // namespace

std::string free_text(const results::HostOutcome& host, const results::HostFigures& f) {
  std::string text = fmt::format("{:<8}{:>11}{:>11}{:>11}{:>11}{:>11}  (MiB)\n", "", "total",
                                 "used", "free", "buff/cache", "available");
  text += fmt::format("{:<8}{:>11}{:>11}{:>11}{:>11}{:>11}\n", "Mem:", mib(host.total_kb),
                      mib(f.used_kb), mib(f.free_kb), mib(f.buffers_kb + f.cached_kb),
                      mib(f.available_kb));
  text += fmt::format("{:<8}{:>11}{:>11}{:>11}\n", "Swap:", mib(host.swap_total_kb),
                      mib(f.swap_used_kb), mib(host.swap_total_kb - f.swap_used_kb));
  return text;
}

std::string memory_table(const std::vector<results::GuestMemory>& guests) {
  std::string text =
      fmt::format("  {:<24}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}  (MiB)\n", "guest", "Private",
                  "Shared", "PSS-Priv.", "PSS", "RSS", "Swap", "Balloon");
  results::GuestMemory sum;
  int count = 0;
  for (std::size_t i = 0; i < guests.size(); ++i) {
    const bool living = guests[i].living != 0;
    if (i < kGuestsShown) text += row_of(guests[i].name + (living ? "" : " (ended)"), guests[i]);
    if (!living) continue;
    ++count;
    sum.private_kb += guests[i].private_kb;
    sum.shared_kb += guests[i].shared_kb;
    sum.pss_kb += guests[i].pss_kb;
    sum.rss_kb += guests[i].rss_kb;
    sum.swap_kb += guests[i].swap_kb;
    sum.balloon_kb += guests[i].balloon_kb;
  }
  if (guests.size() > 1) text += row_of(fmt::format("all {} at the end", count), sum);
  return text;
}

std::string host_text(const results::RunResult& result) {
  if (!result.host || result.samples.empty()) return "";
  const results::HostOutcome& host = *result.host;
  const results::HostFigures& last = result.samples.back().host;
  std::string text;
  if (host.total_kb > 0) {
    text += "the host at the end, as `free` shows it:\n" + free_text(host, last);
    text += arc_text(result);
    text += "guests at the end (or at theirs); Shared: mapped more than once, in full;\n";
    text += "ps_mem shows PSS-Priv. as Shared:\n" + memory_table(host.guests);
  }
  text += kills_text(host, last);
  text += pressure_text(last);
  text += huge_text(last);
  text += numa_text(host, last);
  return text;
}

}  // namespace ksmsim::viz
