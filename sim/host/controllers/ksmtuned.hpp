// ksmtuned, the shell script that RHEL, Fedora, Debian and Proxmox VE ship: runs KSM while memory
// committed to guests comes near RAM, harder and harder while free memory is low.
//
// Written after the script of Debian's package ksmtuned 4.20150326, decision by decision and with
// the shell's integer arithmetic; tests/cli/ksmtuned.sh compares the two. What it does:
//   - total memory is read once, when the service starts; so are the threshold, the larger of
//     thres_coef percent of it and thres_const (both in kB), and the sleep;
//   - nothing is written until the first interval is over;
//   - free memory is MemFree + Buffers + Cached: ZFS's ARC counts as used;
//   - committed memory is what it sees of guests: only processes whose command line has
//     -enable-kvm. Guests started with -accel kvm are as if they were not there;
//   - the number of pages is its own and survives a stop: it is not read back from the kernel.
// Not modelled: on Debian awk is mawk, which prints sums from 2^31 kB (2 TiB) on as 2.14748e+09;
// the shell cannot compute with that, and the script fails on such hosts.
#pragma once
#include <cstdint>
#include <memory>

#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/host/controllers/pace.hpp"

namespace ksmsim::host::controllers {

// Which guests' processes it finds, what it sums of them, and whether it is told of them.
enum class SeenGuests : std::uint8_t { enable_kvm_only, all };
enum class MemoryMetric : std::uint8_t { rss, pss };
enum class Retune : std::uint8_t { at_intervals_only, with_guests };

struct KsmtunedOptions {
  Duration monitor_interval = std::chrono::seconds(60);
  std::int64_t npages_boost = 300;  // Pages.
  std::int64_t npages_decay = -50;
  std::int64_t npages_min = 64;
  std::int64_t npages_max = 1250;
  std::int64_t sleep_msec = 10;     // For 16 GiB of RAM: smaller hosts sleep longer.
  std::int64_t thres_coef = 20;     // Percent of RAM.
  std::int64_t thres_const = 2048;  // kB.
  SeenGuests sees = SeenGuests::enable_kvm_only;
  MemoryMetric metric = MemoryMetric::rss;
  Retune retune = Retune::with_guests;
};

class Ksmtuned final : public Controller {
 public:
  explicit Ksmtuned(const KsmtunedOptions& options) : options_(options) {}

  Duration interval() const override { return options_.monitor_interval; }
  bool heeds_guests() const override { return options_.retune == Retune::with_guests; }
  Decision decide(const HostView& view) override;
  std::unique_ptr<Controller> clone() const override { return std::make_unique<Ksmtuned>(*this); }

 private:
  void start(std::int64_t total_kb);
  std::int64_t committed_kb(const HostView& view) const;
  void increase_npages(std::int64_t delta);

  KsmtunedOptions options_;
  std::int64_t total_kb_ = 0;      // 0: not started.
  std::int64_t threshold_kb_ = 0;  // `thres` of the script.
  std::int64_t sleep_ms_ = 0;
  std::int64_t npages_ = 0;
};

inline constexpr PaceConstants kKsmtunedPace{.most_pages = "npages_max",
                                             .least_pages = "npages_min",
                                             .sleep = "sleep_msec",
                                             .least_sleep_ms = 10};

ConstantTable ksmtuned_constants();
ConstantTable ksmtuned_proxmox_constants();
// REQUIRES: the values are of one of these tables.
std::unique_ptr<Controller> make_ksmtuned(const ConstantValues& values);

}  // namespace ksmsim::host::controllers
