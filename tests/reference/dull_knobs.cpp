// The part of DullKsm that is knobs and ksmd's waiting.
#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {
namespace {

// Whether the text is a decimal number up to `most`, as sysfs takes it.
bool number(std::string text, std::uint64_t most, std::uint64_t& value) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.front() == '+') text.erase(0, 1);
  if (text.empty()) return false;
  value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    const auto last = static_cast<std::uint64_t>(digit - '0');
    if (value > (most - last) / 10) return false;
    value = value * 10 + last;
  }
  return true;
}

constexpr std::uint64_t kMost64 = ~std::uint64_t{0};
constexpr std::uint64_t kMost32 = 0xffffffff;
constexpr std::uint64_t kMost31 = 0x7fffffff;

}  // namespace

bool DullKsm::has_knob(const std::string& knob) const {
  if (knob == "max_kernel_pages") return kernel_.max_kernel_pages;
  if (knob == "merge_across_nodes") return kernel_.merge_across_nodes;
  if (knob == "max_page_sharing" || knob == "stable_node_chains_prune_millisecs") {
    return kernel_.max_page_sharing;
  }
  if (knob == "use_zero_pages") return kernel_.use_zero_pages;
  if (knob == "smart_scan") return kernel_.smart_scan;
  return knob == "run" || knob == "pages_to_scan";
}

// Sets a switch, as sysfs takes it: mostly its first letter counts.
Answer DullKsm::set_switch(const std::string& text, bool& knob) const {
  std::string key = text.substr(0, 1);
  if (key == "o" || key == "O") key = text.substr(1, 1) + "!";
  if (!kernel_.enable_words && (key == "e" || key == "E" || key == "d" || key == "D")) {
    return Answer::invalid;
  }
  for (const char* on : {"1", "y", "Y", "t", "T", "e", "E", "n!", "N!"}) {
    if (key == on) return knob = true, Answer::taken;
  }
  for (const char* off : {"0", "n", "N", "f", "F", "d", "D", "f!", "F!"}) {
    if (key == off) return knob = false, Answer::taken;
  }
  return Answer::invalid;
}

Answer DullKsm::set_knob(const input::SetKnob& op) {
  const std::string& knob = op.knob;
  std::uint64_t value = 0;
  if (!has_knob(knob)) return Answer::invalid;
  if (op.value.empty()) return Answer::taken;  // A write of nothing.
  if (knob == "smart_scan") return set_switch(op.value, knobs_.smart_scan);
  if (knob == "use_zero_pages") return set_switch(op.value, knobs_.use_zero_pages);
  if (!number(op.value, knob == "max_kernel_pages" ? kMost64 : kMost32, value)) {
    return Answer::invalid;
  }
  if (knob == "run") return value > 2 ? Answer::invalid : set_run(value);
  if (knob == "merge_across_nodes") {
    if (value > 1) return Answer::invalid;
    return set_when_nothing_is_shared(knobs_.merge_across_nodes, value);
  }
  if (knob == "max_page_sharing") {
    if (value < 2 || value > kMost31) return Answer::invalid;
    return set_when_nothing_is_shared(knobs_.max_page_sharing, value);
  }
  (knob == "pages_to_scan"      ? knobs_.pages_to_scan
   : knob == "max_kernel_pages" ? knobs_.max_kernel_pages
                                : knobs_.prune_millisecs) = value;
  return Answer::taken;
}

Answer DullKsm::set_when_nothing_is_shared(std::uint64_t& knob, std::uint64_t value) {
  if (knob == value) return Answer::taken;
  if (counters_.pages_shared > 0 || !remove_all_nodes()) return Answer::busy;
  knob = value;
  return Answer::taken;
}

Answer DullKsm::set_run(std::uint64_t value) {
  const bool changes = knobs_.run != value;
  knobs_.run = value;
  if (changes && value == 2) unmerge_all();
  if (value != 1) {
    sleep_ = Sleep::parked;  // ksmd is given the time to notice.
  } else if (sleep_ == Sleep::parked && has_work()) {
    take_turn();
  }
  return Answer::taken;
}

void DullKsm::unmerge_all() {
  for (auto slot = ring_.begin(); slot != ring_.end();) {
    Mm& mm = **slot;
    for (const auto& [start, region] : mm.regions) {
      if (region.mergeable) unmerge(mm, start, region.end);
    }
    for (auto item = mm.items.begin(); item != mm.items.end();) item = destroy(item);
    slot = mm.exited ? ring_.erase(slot) : std::next(slot);
  }
  remove_all_nodes();
  cursor_ = ring_.end();
  counters_.full_scans = 0;
}

void DullKsm::wake() {
  if (sleep_ == Sleep::napping) take_turn();
}

void DullKsm::take_turn() {
  if (has_work()) scan_batch();
  sleep_ = has_work() ? Sleep::napping : Sleep::parked;
}

}  // namespace ksmsim::reference
