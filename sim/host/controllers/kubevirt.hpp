// KubeVirt's handler of KSM on a node (pkg/virt-handler/ksm/ksm.go), begun after MOM's rules and no
// longer the same: it counts MemAvailable, and nothing of guests; while less than a fifth is
// available it starts with 100 pages and boosts, else it decays and stops KSM only when
// pages_to_scan falls below its least. The sleep goes by the memory that is in use, and is at least
// a tenth of the baseline. It looks at once when it starts, and then
//   - 1.1 to 1.5: with each heartbeat of the node, 1 min to 2 min 12 s after the last (here: after
//     the mean; pkg/virt-handler/heartbeat/heartbeat.go);
//   - 1.6: not again, unless KubeVirt's configuration is changed (pull requests 14632, 16049);
//   - 1.7, and the last of 1.6: every 3 minutes (pull requests 16049, 16167).
// Its fraction is exact here; the real one computes it in floating point of 24 bits. Not modelled:
// the second look that the real one takes right after its first.
#pragma once
#include <cstdint>
#include <memory>

#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/host/controllers/pace.hpp"

namespace ksmsim::host::controllers {

struct KubevirtOptions {
  Duration interval = std::chrono::minutes(3);
  std::int64_t pages_boost = 300;
  std::int64_t pages_decay = -50;
  std::int64_t npages_min = 64;
  std::int64_t npages_max = 1250;
  std::int64_t npages_init = 100;
  std::int64_t sleep_ms_baseline = 100;  // With 16 GiB in use.
  std::int64_t free_percent = 200'000;   // Of RAM, in millionths.
};

class Kubevirt final : public Controller {
 public:
  explicit Kubevirt(const KubevirtOptions& options) : options_(options) {}

  Duration first_look() const override { return Duration::zero(); }
  Duration interval() const override { return options_.interval; }
  Decision decide(const HostView& view) override;
  std::unique_ptr<Controller> clone() const override { return std::make_unique<Kubevirt>(*this); }

 private:
  KubevirtOptions options_;
};

inline constexpr PaceConstants kKubevirtPace{
    .most_pages = "npages_max", .least_pages = "npages_init", .sleep = "sleep_ms_baseline"};

ConstantTable kubevirt_constants();
// REQUIRES: the values are of this table.
std::unique_ptr<Controller> make_kubevirt(const ConstantValues& values);

}  // namespace ksmsim::host::controllers
