// oVirt's Memory Overcommitment Manager: MOM's doc/ksm.rules with the intervals of vdsm's mom.conf,
// and vdsm's balloon rules (mom_balloons.hpp). What sets it apart from ksmtuned:
//   - free memory is an average over its last samples, one a look;
//   - committed memory is the virtual size of all qemu processes, whatever they hold;
//   - pages_to_scan is read back from the kernel and changed;
//   - the sleep has no least value: on a host of more than 160 GiB it is 0 ms (vdsm's own
//     03-ksm.policy has since got one: ksm_sleep_ms_min 10);
//   - only knobs that differ are written.
// Its fractions are exact here; the real one computes them in floating point. Not modelled: turning
// merge_across_nodes over, for which it unmerges everything first.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>

#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/host/controllers/mom_balloons.hpp"
#include "sim/host/controllers/pace.hpp"

namespace ksmsim::host::controllers {

struct MomOptions {
  Duration policy_engine_interval = std::chrono::seconds(15);
  std::size_t sample_history_length = 10;
  std::int64_t ksm_pages_boost = 300;
  std::int64_t ksm_pages_decay = -50;
  std::int64_t ksm_npages_min = 64;
  std::int64_t ksm_npages_max = 1250;
  std::int64_t ksm_sleep_ms_baseline = 10;  // For 16 GiB of RAM.
  std::int64_t ksm_sleep_ms_min = 0;
  std::int64_t ksm_free_percent = 200'000;  // Of RAM, in millionths.
  BalloonRules balloons;
};

class Mom final : public Controller {
 public:
  explicit Mom(const MomOptions& options) : options_(options) {}

  Duration interval() const override { return options_.policy_engine_interval; }
  Decision decide(const HostView& view) override;
  std::unique_ptr<Controller> clone() const override { return std::make_unique<Mom>(*this); }

 private:
  void take_sample(const HostView& view);
  void tune_ksm(const HostView& view, Decision& decision) const;

  MomOptions options_;
  std::deque<std::int64_t> free_kb_;  // The last samples, at most sample_history_length.
  std::int64_t free_sum_kb_ = 0;      // Of these.
};

inline constexpr PaceConstants kMomPace{.most_pages = "ksm_npages_max",
                                        .least_pages = "ksm_npages_min",
                                        .sleep = "ksm_sleep_ms_baseline",
                                        .least_sleep = "ksm_sleep_ms_min"};

ConstantTable mom_constants();
// REQUIRES: the values are of this table.
std::unique_ptr<Controller> make_mom(const ConstantValues& values);

}  // namespace ksmsim::host::controllers
