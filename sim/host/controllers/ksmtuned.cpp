#include "sim/host/controllers/ksmtuned.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "sim/base/check.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::int64_t kKbMost = std::int64_t{1} << 40;  // 1 PiB.
constexpr std::int64_t kSleepLeastMs = kKsmtunedPace.least_sleep_ms;

constexpr std::string_view kDebian = "cited: Debian ksmtuned 4.20150326";
constexpr std::string_view kProxmox = "cited: Proxmox ksm-control-daemon, debian/patches";

// What differs between the distributions: defaults alone.
struct Defaults {
  std::string_view sleep_msec, sees_accel_kvm, sum_pss, retune, source;
};

constexpr std::array<Constant, 11> table(const Defaults& d) {
  constexpr auto whole = ConstantKind::whole;
  constexpr auto yes_no = ConstantKind::yes_no;
  return {{
      {"monitor_interval", whole, "60", "s", 1, 1'000'000, kDebian, "time between two looks"},
      {"npages_boost", whole, "300", "pages", -kPagesMost, kPagesMost, kDebian,
       "added to pages_to_scan while free memory is below the threshold"},
      {"npages_decay", whole, "-50", "pages", -kPagesMost, kPagesMost, kDebian, "added otherwise"},
      {"npages_min", whole, "64", "pages", 0, kPagesMost, kDebian, "pages_to_scan at least"},
      {"npages_max", whole, "1250", "pages", 0, kPagesMost, kDebian, "pages_to_scan at most"},
      {"sleep_msec", whole, d.sleep_msec, "ms", 0, 1'000'000, d.source,
       "sleep_millisecs on a host with 16 GiB; others by the inverse of their RAM, never below 10"},
      {"thres_coef", whole, "20", "percent of RAM", 0, 1000, kDebian, "the threshold,"},
      {"thres_const", whole, "2048", "kB", 0, kKbMost, kDebian, "or this if it is larger"},
      {"sees_accel_kvm", yes_no, d.sees_accel_kvm, "", 0, 1, d.source,
       "whether guests started with -accel kvm count as committed memory"},
      {"sum_pss", yes_no, d.sum_pss, "", 0, 1, d.source,
       "whether committed memory is the sum of PSS instead of RSS"},
      {"retune", yes_no, d.retune, "", 0, 1, d.source,
       "whether it is sent SIGUSR1 when a guest starts or stops, and heeds it at once"},
  }};
}

// pgrep looks for ^qemu-system.*-enable-kvm.
constexpr auto kDebianTable = table(
    {.sleep_msec = "10", .sees_accel_kvm = "0", .sum_pss = "0", .retune = "1", .source = kDebian});
// ps -C kvm finds every guest. Its loop sleeps in the foreground (ksmtuned.diff), so that the shell
// hears of a signal only when the interval is over.
constexpr auto kProxmoxTable = table({.sleep_msec = "100",
                                      .sees_accel_kvm = "1",
                                      .sum_pss = "1",
                                      .retune = "0",
                                      .source = kProxmox});

}  // namespace

ConstantTable ksmtuned_constants() { return kDebianTable; }
ConstantTable ksmtuned_proxmox_constants() { return kProxmoxTable; }

std::unique_ptr<Controller> make_ksmtuned(const ConstantValues& values) {
  KsmtunedOptions options;
  options.monitor_interval = std::chrono::seconds(values["monitor_interval"]);
  options.npages_boost = values["npages_boost"];
  options.npages_decay = values["npages_decay"];
  options.npages_min = values["npages_min"];
  options.npages_max = values["npages_max"];
  options.sleep_msec = values["sleep_msec"];
  options.thres_coef = values["thres_coef"];
  options.thres_const = values["thres_const"];
  options.sees = values.is_yes("sees_accel_kvm") ? SeenGuests::all : SeenGuests::enable_kvm_only;
  options.metric = values.is_yes("sum_pss") ? MemoryMetric::pss : MemoryMetric::rss;
  options.retune = values.is_yes("retune") ? Retune::with_guests : Retune::at_intervals_only;
  return std::make_unique<Ksmtuned>(options);
}

void Ksmtuned::start(std::int64_t total_kb) {
  KSM_CHECK(total_kb > 0);
  total_kb_ = total_kb;
  sleep_ms_ = std::max(options_.sleep_msec * kBaselineKb / total_kb, kSleepLeastMs);
  threshold_kb_ = std::max(total_kb * options_.thres_coef / 100, options_.thres_const);
}

std::int64_t Ksmtuned::committed_kb(const HostView& view) const {
  std::int64_t sum = 0;
  for (const GuestProcess& guest : view.guests) {
    if (options_.sees == SeenGuests::enable_kvm_only && guest.accel != Accel::enable_kvm) continue;
    sum += options_.metric == MemoryMetric::rss ? guest.rss_kb : guest.pss_kb;
  }
  return sum;
}

// The order of the two comparisons is the script's: it shows where the least exceeds the most.
void Ksmtuned::increase_npages(std::int64_t delta) {
  npages_ += delta;
  if (npages_ < options_.npages_min) {
    npages_ = options_.npages_min;
  } else if (npages_ > options_.npages_max) {
    npages_ = options_.npages_max;
  }
}

Decision Ksmtuned::decide(const HostView& view) {
  if (total_kb_ == 0) start(view.total_kb);
  const std::int64_t free_kb = view.free_kb + view.buffers_kb + view.cached_kb;
  const std::int64_t committed = committed_kb(view);
  if (committed + threshold_kb_ < total_kb_ && free_kb > threshold_kb_) {
    return {.knobs = {{"run", "0"}}, .balloons = {}};
  }
  increase_npages(free_kb < threshold_kb_ ? options_.npages_boost : options_.npages_decay);
  return {.knobs = {{"pages_to_scan", std::to_string(npages_)},
                    {"sleep_millisecs", std::to_string(sleep_ms_)},
                    {"run", "1"}},
          .balloons = {}};
}

}  // namespace ksmsim::host::controllers
