#include "cli/capture_report.hpp"

#include <fmt/core.h>

#include "cli/command_line/amounts.hpp"
#include "sim/base/ids.hpp"
#include "viz/words.hpp"

namespace ksmsim::cli {
namespace {

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

std::string captured_pages_text(std::uint64_t pages) {
  return viz::bytes_text(static_cast<std::int64_t>(pages * kPageBytes));
}

double percent_of(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

double gib_per_second(const live::capture::CaptureReport& report) {
  const double reading = seconds(report.reading);
  return reading > 0 ? static_cast<double>(report.bytes_read) / reading / (1 << 30) : 0;
}

std::string how_captured(const std::string& placement, Duration grain, bool assume_mergeable) {
  return fmt::format(
      "captured from running processes; page indexes are virtual addresses / 4096; changes placed "
      "{} between two looks, on multiples of {} ms{}; the order of contents is that of their "
      "hashes",
      placement, grain / std::chrono::milliseconds{1},
      assume_mergeable ? "; private anonymous regions taken as mergeable, whether they were or not"
                       : "");
}

void print_capture(const live::capture::CaptureReport& report, const std::string& output,
                   std::uint64_t bytes) {
  fmt::print("{}: {}, {} in {}, {}, {}\n", output, counted(report.guests, "guest"),
             counted(report.sweeps, "sweep"), viz::seconds_text(seconds(report.length)),
             counted(report.operations, "operation"),
             viz::bytes_text(static_cast<std::int64_t>(bytes)));
  for (const auto& guest : report.seen) {
    fmt::print("guest     {}: {}\n", guest.name,
               guest.runs ? captured_pages_text(guest.present_pages) + " present" : "has ended");
  }
  fmt::print("read      {} of guests' memory at {:.2f} GiB/s (while sweeping)\n",
             viz::bytes_text(static_cast<std::int64_t>(report.bytes_read)), gib_per_second(report));
  fmt::print("changed   {} pages, those of the first sweep included\n", report.changed_pages);
  if (report.longest_sweep > Duration{0}) {
    fmt::print("interval  lengthened: a sweep took up to {}\n",
               viz::seconds_text(seconds(report.longest_sweep)));
  }
  if (report.squeezed_pages > 0) {
    fmt::print("buffer    was full: {} pages are placed late in their interval\n",
               report.squeezed_pages);
  }
  if (report.stopped_by_signal) {
    fmt::print("stopped   by a signal; the trace is whole{}\n",
               report.first_sweep_whole
                   ? ""
                   : ", but the first sweep was not over: much of the guests was never looked at");
  }
  for (const std::string& remark : report.remarks) fmt::print("remark    {}\n", remark);
  if (report.present_pages == 0) {
    fmt::print("equal     nothing is there any more to be compared\n");
    return;
  }
  const std::uint64_t equal = report.present_pages - report.different_contents;
  fmt::print(
      "equal     {} of {} present at the end ({:.1f} %), {} of them zeros: what KSM can save at "
      "most, by content alone\n",
      captured_pages_text(equal), captured_pages_text(report.present_pages),
      percent_of(equal, report.present_pages),
      captured_pages_text(report.zero_pages > 0 ? report.zero_pages - 1 : 0));
}

}  // namespace ksmsim::cli
