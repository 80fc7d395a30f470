// The part of DullKsm outside of the scan: what guests do, knobs, ksmd's waiting.
#include <algorithm>
#include <type_traits>
#include <variant>

#include "sim/base/check.hpp"
#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {

// ---- What guests do.

Answer DullKsm::apply(const input::Operation& operation) {
  if (const auto* knob = std::get_if<input::SetKnob>(&operation)) return set_knob(*knob);
  const bool was_empty = ring_.empty();
  std::visit([this](const auto& op) { carry_out(op); }, operation);
  // The first registration of all wakes ksmd if it waits for work.
  if (was_empty && has_work() && sleep_ == Sleep::parked) take_turn();
  return Answer::taken;
}

void DullKsm::carry_out(const input::Begin& op) {
  mms_.emplace(op.mm.value, std::make_shared<Mm>());
}

void DullKsm::carry_out(const input::Fork& op) {
  const Mm& parent = living(op.parent);
  const auto child = std::make_shared<Mm>();
  child->regions = parent.regions;
  child->sites = parent.sites;
  child->merge_any = parent.merge_any;
  child->stat.zero_pages = parent.stat.zero_pages;
  counters_.ksm_zero_pages += parent.stat.zero_pages;
  mms_.emplace(op.child.value, child);
  if (parent.registered) enter_ring(child);
}

void DullKsm::carry_out(const input::End& op) {
  const std::shared_ptr<Mm> mm = mms_.at(op.mm.value);
  mms_.erase(op.mm.value);
  mm->exited = true;
  mm->regions.clear();
  drop_sites(*mm, 0, kPageIndexEnd);
  const auto slot = std::find(ring_.begin(), ring_.end(), mm);
  if (slot == ring_.end() || slot == cursor_) return;
  if (mm->items.empty()) {
    ring_.erase(slot);
  } else {
    // The scan deals with it next.
    ring_.splice(cursor_ == ring_.end() ? ring_.begin() : std::next(cursor_), ring_, slot);
  }
}

void DullKsm::carry_out(const input::Map& op) {
  Mm& mm = living(op.range.mm);
  const std::uint64_t start = op.range.start.value, end = op.range.end().value;
  mm.regions[start] = Region{end, false};
  if (op.mergeable == input::Mergeable::yes || mm.merge_any) set_mergeable(mm, start, end, true);
}

void DullKsm::carry_out(const input::Unmap& op) {
  Mm& mm = living(op.range.mm);
  const std::uint64_t start = op.range.start.value, end = op.range.end().value;
  cut_regions(mm, start);
  cut_regions(mm, end);
  mm.regions.erase(mm.regions.lower_bound(start), mm.regions.lower_bound(end));
  drop_sites(mm, start, end);
}

void DullKsm::carry_out(const input::Advise& op) {
  set_mergeable(living(op.range.mm), op.range.start.value, op.range.end().value,
                op.mergeable == input::Mergeable::yes);
}

void DullKsm::carry_out(const input::OptIn& op) {
  Mm& mm = living(op.mm);
  const bool on = op.merge_any == input::Switch::on;
  if (mm.merge_any == on) return;
  mm.merge_any = on;
  if (on) enter_ring(mms_.at(op.mm.value));
  set_mergeable(mm, 0, kPageIndexEnd, on);
}

void DullKsm::carry_out(const input::Write& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t i = 0; i < op.range.count.value; ++i) {
    make_private(mm, op.range.start.value + i, op.contents.of(i));
  }
}

void DullKsm::carry_out(const input::Read& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    mm.sites.emplace(at, Site{Holds::kernel_zero, nullptr});
  }
}

void DullKsm::carry_out(const input::Discard& op) {
  drop_sites(living(op.range.mm), op.range.start.value, op.range.end().value);
}

template <class Other>
void DullKsm::carry_out(const Other&) {
  constexpr bool changes_nothing_here =
      std::is_same_v<Other, input::SetNode> || std::is_same_v<Other, input::Move> ||
      std::is_same_v<Other, input::Observe> || std::is_same_v<Other, input::HostCounters>;
  KSM_CHECK(changes_nothing_here);
}

// Makes a border between regions at a page, if it is inside of one.
void DullKsm::cut_regions(Mm& mm, std::uint64_t at) {
  auto next = mm.regions.upper_bound(at);
  if (next == mm.regions.begin()) return;
  Region& region = std::prev(next)->second;
  if (std::prev(next)->first == at || region.end <= at) return;
  mm.regions[at] = region;
  region.end = at;
}

void DullKsm::set_mergeable(Mm& mm, std::uint64_t start, std::uint64_t end, bool mergeable) {
  cut_regions(mm, start);
  cut_regions(mm, end);
  for (auto at = mm.regions.lower_bound(start); at != mm.regions.end() && at->first < end; ++at) {
    Region& region = at->second;
    if (region.mergeable == mergeable) continue;
    region.mergeable = mergeable;
    if (!mergeable) unmerge(mm, at->first, region.end);
    if (mergeable && !mm.registered) {
      enter_ring(std::find_if(mms_.begin(), mms_.end(), [&mm](const auto& entry) {
                   return entry.second.get() == &mm;
                 })->second);
    }
  }
}

// The site maps a page of its own with this content: a write, or a copy that unmerges.
void DullKsm::make_private(Mm& mm, std::uint64_t at, std::uint64_t content) {
  Site& site = mm.sites[at];
  if (site.holds == Holds::ksm_zero) {
    --mm.stat.zero_pages;
    --counters_.ksm_zero_pages;
  }
  const bool copies_ksm_page = site.page && site.page->ksm;
  if (copies_ksm_page) ++cow_ksm_;
  if (site.page && !copies_ksm_page && site.page.use_count() == 1) {
    site.page->content = content;
  } else {
    site = Site{Holds::page, std::make_shared<Page>(Page{content, false, nullptr})};
  }
}

void DullKsm::drop_sites(Mm& mm, std::uint64_t start, std::uint64_t end) {
  auto at = mm.sites.lower_bound(start);
  while (at != mm.sites.end() && at->first < end) {
    if (at->second.holds == Holds::ksm_zero) {
      --mm.stat.zero_pages;
      --counters_.ksm_zero_pages;
    }
    at = mm.sites.erase(at);
  }
}

void DullKsm::unmerge(Mm& mm, std::uint64_t start, std::uint64_t end) {
  for (auto at = mm.sites.lower_bound(start); at != mm.sites.end() && at->first < end; ++at) {
    const Site& site = at->second;
    if (site.holds == Holds::ksm_zero) make_private(mm, at->first, 0);
    if (site.page && site.page->ksm) make_private(mm, at->first, site.page->content);
  }
}

void DullKsm::enter_ring(const std::shared_ptr<Mm>& mm) {
  if (mm->registered) return;
  mm->registered = true;
  ring_.insert(knobs_.run == 2 ? ring_.end() : cursor_, mm);
}

bool DullKsm::is_mergeable(const Mm& mm, std::uint64_t at) {
  const auto next = mm.regions.upper_bound(at);
  if (next == mm.regions.begin()) return false;
  const Region& region = std::prev(next)->second;
  return at < region.end && region.mergeable;
}

// The page that a site maps if the scan may have it, or nothing.
DullKsm::PagePtr DullKsm::mergeable_page(const Mm& mm, std::uint64_t at) {
  const auto site = mm.sites.find(at);
  return site == mm.sites.end() || !is_mergeable(mm, at) ? nullptr : site->second.page;
}

// ---- Knobs and ksmd's waiting.

namespace {

// Whether the text is a decimal number up to `most`, as sysfs takes it.
bool number(std::string text, std::uint64_t most, std::uint64_t& value) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.front() == '+') text.erase(0, 1);
  if (text.empty()) return false;
  value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    if (value > most) return false;
  }
  return true;
}

// Whether the text is a switch, as sysfs takes it: mostly its first letter counts.
bool switch_value(const std::string& text, bool& value) {
  std::string key = text.substr(0, 1);
  if (key == "o" || key == "O") key = text.substr(1, 1) + "!";
  for (const char* on : {"1", "y", "Y", "t", "T", "e", "E", "n!", "N!"}) {
    if (key == on) return value = true, true;
  }
  for (const char* off : {"0", "n", "N", "f", "F", "d", "D", "f!", "F!"}) {
    if (key == off) return value = false, true;
  }
  return false;
}

constexpr std::uint64_t kMost32 = 0xffffffff;
constexpr std::uint64_t kMost31 = 0x7fffffff;

}  // namespace

Answer DullKsm::set_knob(const input::SetKnob& op) {
  const std::string& knob = op.knob;
  std::uint64_t value = 0;
  const auto answer = [](bool good) { return good ? Answer::taken : Answer::invalid; };
  if (op.value.empty()) return Answer::taken;  // A write of nothing.
  if (knob == "smart_scan") return answer(switch_value(op.value, knobs_.smart_scan));
  if (knob == "use_zero_pages") return answer(switch_value(op.value, knobs_.use_zero_pages));
  if (!number(op.value, kMost32, value)) return Answer::invalid;
  if (knob == "run") return value > 2 ? Answer::invalid : set_run(value);
  if (knob == "pages_to_scan") return knobs_.pages_to_scan = value, Answer::taken;
  if (knob == "stable_node_chains_prune_millisecs") {
    return knobs_.prune_millisecs = value, Answer::taken;
  }
  if (knob == "max_page_sharing") {
    if (value < 2 || value > kMost31) return Answer::invalid;
    return set_when_nothing_is_shared(knobs_.max_page_sharing, value);
  }
  if (knob == "merge_across_nodes") {
    if (value > 1) return Answer::invalid;
    return set_when_nothing_is_shared(knobs_.merge_across_nodes, value);
  }
  return Answer::invalid;
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

// Empties the stable tree from its root on; stops at the first node whose page lives and returns
// false then.
bool DullKsm::remove_all_nodes() {
  while (auto* place = static_cast<StableNode*>(stable_.root())) {
    if (place->is_chain) {
      while (!place->dups.empty()) {
        if (alive(*place->dups.front())) return false;
      }
      stable_.erase(*place);
      --counters_.stable_node_chains;
      nodes_.erase(place->self);
    } else if (alive(*place)) {
      return false;
    }
  }
  return true;
}

void DullKsm::wake() {
  if (sleep_ == Sleep::napping) take_turn();
}

void DullKsm::take_turn() {
  if (has_work()) scan_batch();
  sleep_ = has_work() ? Sleep::napping : Sleep::parked;
}

}  // namespace ksmsim::reference
