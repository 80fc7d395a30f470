#include "sim/ksm/advisor.hpp"

#include <algorithm>

namespace ksmsim::ksm {
namespace {

constexpr std::uint64_t kUlong1 = 1;

// Weight of the newest value: 30 of 100.
std::uint64_t ewma(std::uint64_t previous, std::uint64_t current) {
  return (70 * previous + 30 * current) / 100;
}

}  // namespace

void ScanTimeAdvisor::switch_mode(Knobs& knobs) {
  *this = {};
  knobs.pages_to_scan = knobs.advisor_mode == AdvisorMode::scan_time
                            ? static_cast<std::uint32_t>(knobs.advisor_min_pages_to_scan)
                            : 100;
}

void ScanTimeAdvisor::start_pass(const Knobs& knobs, Time now) {
  if (knobs.advisor_mode == AdvisorMode::scan_time) pass_start_ = now;
}

void ScanTimeAdvisor::end_pass(Knobs& knobs, Time now, Duration cpu) {
  if (knobs.advisor_mode != AdvisorMode::scan_time) return;
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(now - pass_start_).count();
  const std::uint64_t seconds = std::max(kUlong1, static_cast<std::uint64_t>(whole));
  const auto used = std::chrono::duration_cast<std::chrono::milliseconds>(cpu - last_cpu_).count();
  const std::uint64_t cpu_ms = static_cast<std::uint64_t>(used);
  const std::uint64_t cpu_percent = std::max(kUlong1, cpu_ms * 100 / (seconds * 1000));
  const std::uint64_t last_seconds = last_scan_seconds_ != 0 ? last_scan_seconds_ : seconds;

  const std::uint64_t factor = std::max(kUlong1, knobs.advisor_target_scan_time * 100 / seconds);
  std::uint64_t change = std::max(kUlong1, seconds * 100 / last_seconds);
  change = ewma(last_change_, change);

  // The product is 32 bit in the kernel and wraps.
  std::uint64_t pages = static_cast<std::uint32_t>(knobs.pages_to_scan * 100u) / factor;
  pages = pages * change / 100;
  const std::uint64_t per_percent = std::max(kUlong1, knobs.pages_to_scan / cpu_percent);
  pages = std::min(pages, per_percent * knobs.advisor_max_cpu);
  pages = std::max(pages, per_percent * 10);  // The floor of 10 % CPU.
  pages = std::min(pages, knobs.advisor_max_pages_to_scan);

  knobs.pages_to_scan = static_cast<std::uint32_t>(pages);
  last_scan_seconds_ = seconds;
  last_change_ = change;
  last_cpu_ = cpu;
}

}  // namespace ksmsim::ksm
