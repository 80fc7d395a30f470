#include "live/ksm_files.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace ksmsim::live {
namespace {

const std::string kFolder = "/sys/kernel/mm/ksm/";

// Knobs and what scripts begin with ("" where the stepping sees to it), in the order in which they
// are saved. They are restored in the opposite order: the advisor, which holds pages_to_scan, comes
// back after it; `run` comes back last.
struct Knob {
  const char* name;
  const char* initial;
};
constexpr std::array<Knob, 9> kKnobs = {{{"run", ""},
                                         {"sleep_millisecs", ""},
                                         {"advisor_mode", "none"},
                                         {"pages_to_scan", "100"},
                                         {"smart_scan", "0"},
                                         {"use_zero_pages", "0"},
                                         {"max_page_sharing", "256"},
                                         {"merge_across_nodes", "1"},
                                         {"stable_node_chains_prune_millisecs", "2000"}}};

}  // namespace

const std::optional<std::int64_t>& counter(const CounterValues& values, std::string_view name) {
  const auto at = std::find(kCounterNames.begin(), kCounterNames.end(), name);
  KSM_CHECK(at != kCounterNames.end());
  return values[static_cast<std::size_t>(at - kCounterNames.begin())];
}

Result<KsmFiles> KsmFiles::open() {
  if (!file_there(kFolder + "run")) return Error{"this kernel has no KSM: no " + kFolder + "run"};
  KsmFiles files;
  for (std::size_t i = 0; i < kCounterNames.size(); ++i) {
    const std::string path = kFolder + std::string(kCounterNames[i]);
    if (!file_there(path)) continue;
    auto file = SysFile::open(path);
    if (!file) return file.error();
    files.counters_[i] = *std::move(file);
  }
  for (const Knob& knob : kKnobs) {
    if (!file_there(kFolder + knob.name)) continue;
    auto file = SysFile::open(kFolder + knob.name, Access::both);
    if (!file) return file.error();
    files.knobs_.emplace(knob.name, *std::move(file));
    if (auto r = files.saved_.save(kFolder + knob.name); !r) return r.error();
  }
  return files;
}

Result<CounterValues> KsmFiles::read() const {
  CounterValues values;
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    if (!counters_[i]) continue;
    auto number = counters_[i]->number();
    if (!number) return number.error();
    values[i] = *number;
  }
  return values;
}

int KsmFiles::put(const std::string& knob, const std::string& value) const {
  return knobs_.at(knob).put(value);
}

Result<void> KsmFiles::write(const std::string& knob, const std::string& value) const {
  return knobs_.at(knob).write(value);
}

Result<std::int64_t> KsmFiles::number(const std::string& knob) const {
  return knobs_.at(knob).number();
}

Result<void> KsmFiles::set_initial() const {
  for (const Knob& knob : kKnobs) {
    if (*knob.initial == '\0' || !has(knob.name)) continue;
    if (auto r = write(knob.name, knob.initial); !r) return r;
  }
  return {};
}

}  // namespace ksmsim::live
