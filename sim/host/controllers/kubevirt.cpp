#include "sim/host/controllers/kubevirt.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::string_view kKubevirtSource = "cited: KubeVirt pkg/virt-handler/ksm/ksm.go";

constexpr std::int64_t kFirst = release_number(1, 1);  // KSM went by memory pressure from here on.
constexpr std::int64_t kLost = release_number(1, 6);   // The looks at intervals were lost,
constexpr std::int64_t kBack = release_number(1, 7);   // and came back.

// What the handler waits after a look.
Duration interval_of(std::int64_t release) {
  if (release >= kBack) return std::chrono::minutes(3);
  if (release == kLost) return kNoMoreLooks;
  return std::chrono::seconds(96);  // 60 to 132 at random, each as likely.
}

constexpr std::array<Constant, 9> kKubevirtTable{{
    {"release", ConstantKind::release, "1.7", "", kFirst, release_number(1, 99),
     "cited: KubeVirt pull requests 10477 (1.1), 14632 (1.6) and 16049 (1.7)",
     "of KubeVirt: decides how often it looks"},
    {"interval", kWhole, "", "s", 1, 1'000'000,
     "cited: by release: 180 s from 1.7 on; 1.6: at the start only (its last ones: 180 s, pull "
     "request 16167); before: 96 s, the mean of its heartbeat's 60 to 132 s",
     "time between two looks"},
    {"pages_boost", kWhole, "300", "pages", 0, kPagesMost, kKubevirtSource,
     "added to pages_to_scan under pressure"},
    {"pages_decay", kWhole, "-50", "pages", -kPagesMost, 0, kKubevirtSource, "added otherwise"},
    {"npages_min", kWhole, "64", "pages", 0, kPagesMost, kKubevirtSource,
     "KSM stops when pages_to_scan decays below it"},
    {"npages_max", kWhole, "1250", "pages", 0, kPagesMost, kKubevirtSource,
     "pages_to_scan at most"},
    {"npages_init", kWhole, "100", "pages", 0, kPagesMost, kKubevirtSource,
     "pages_to_scan when KSM is started"},
    {"sleep_ms_baseline", kWhole, "100", "ms", 1, 1'000'000, kKubevirtSource,
     "sleep_millisecs while 16 GiB are in use; else by the inverse, at least a tenth of it"},
    {"free_percent", ConstantKind::fraction, "0.2", "of RAM", 0, kMillion, kKubevirtSource,
     "pressure is when no more is available"},
}};

}  // namespace

ConstantTable kubevirt_constants() { return kKubevirtTable; }

std::unique_ptr<Controller> make_kubevirt(const ConstantValues& values) {
  const auto interval = values.find("interval");
  return std::make_unique<Kubevirt>(KubevirtOptions{
      .interval = interval ? std::chrono::seconds(*interval) : interval_of(values["release"]),
      .pages_boost = values["pages_boost"],
      .pages_decay = values["pages_decay"],
      .npages_min = values["npages_min"],
      .npages_max = values["npages_max"],
      .npages_init = values["npages_init"],
      .sleep_ms_baseline = values["sleep_ms_baseline"],
      .free_percent = values["free_percent"]});
}

Decision Kubevirt::decide(const HostView& view) {
  KSM_CHECK(view.total_kb > 0);
  Decision stop{.knobs = {{"run", "0"}}, .balloons = {}};
  const bool runs = view.knobs.run == ksm::RunMode::merge;
  const bool pressure = view.available_kb * kMillion <= view.total_kb * options_.free_percent;
  std::int64_t pages = view.knobs.pages_to_scan;
  if (!pressure) {
    pages += options_.pages_decay;
    if (!runs || pages < options_.npages_min) return stop;
  } else {
    pages =
        runs ? std::min(pages + options_.pages_boost, options_.npages_max) : options_.npages_init;
  }
  const std::int64_t used_kb = std::max(view.total_kb - view.available_kb, std::int64_t{1});
  const std::int64_t sleep_ms =
      std::max(options_.sleep_ms_baseline * kBaselineKb / used_kb, options_.sleep_ms_baseline / 10);
  return {.knobs = {{"sleep_millisecs", std::to_string(sleep_ms)},
                    {"pages_to_scan", std::to_string(pages)},
                    {"run", "1"}},
          .balloons = {}};
}

}  // namespace ksmsim::host::controllers
