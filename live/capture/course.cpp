#include "live/capture/course.hpp"

#include <iterator>
#include <optional>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/mix.hpp"
#include "traces/snapshots/layout_changes.hpp"

namespace ksmsim::live::capture {
namespace {

const SeenBlock kNothingSeen;

ClassId class_of(const std::string& role) {
  const auto at = std::find(std::begin(kRoles), std::end(kRoles), role);
  KSM_CHECK(at != std::end(kRoles));
  return ClassId{static_cast<std::uint16_t>(1 + (at - std::begin(kRoles)))};
}

traces::snapshots::Layout layout_of(const std::vector<CapturedRegion>& regions) {
  traces::snapshots::Layout layout;
  for (const CapturedRegion& region : regions) {
    layout.push_back({0, region.role, region.start, region.count});
  }
  return layout;
}

// Where in its block page i of the sight is.
std::size_t place_in_block(const BlockSight& sight, std::size_t i) {
  return (sight.start.value + i) % kBlockPages;
}

}  // namespace

std::vector<std::string> capture_classes() {
  std::vector<std::string> classes{"unknown"};
  classes.insert(classes.end(), std::begin(kRoles), std::end(kRoles));
  return classes;
}

Course::Course(traces::looks::Sink sink, const CourseOptions& options)
    : options_(options),
      queue_(std::move(sink), kNever),
      placer_(options.placement, options.grain) {}

void Course::begin_sweep(Time at) {
  sweep_ = options_.one_moment ? kStart : at;
  ++sweeps_;
}

Result<void> Course::end_sweep() {
  if (auto r = queue_.flush(sweep_); !r) return r;
  floor_ = not_before_floor(sweep_);
  return {};
}

Result<void> Course::finish() { return queue_.flush(kNever); }

void Course::begin_guest(std::uint32_t guest, const std::string& name, Time since) {
  KSM_CHECK(guest == guests_.size());
  Guest& fresh = guests_.emplace_back();
  fresh.name = name;
  fresh.since = not_before_floor(sweeps_ <= 1 ? kStart : since);
  // One of its name may have ended just now.
  if (const auto ended = last_ends_.find(name); ended != last_ends_.end()) {
    fresh.since = std::max(fresh.since, ended->second + Duration{1});
  }
  queue_.add(fresh.since, input::Begin{MmId{guest}, name});
}

void Course::end_guest(std::uint32_t guest, Time at) {
  const Time end = not_before_floor(options_.one_moment ? kStart : at);
  queue_.add(end, input::End{MmId{guest}});
  last_ends_[guests_[guest].name] = end;
  guests_[guest].memory = {};
  guests_[guest].regions.clear();
}

void Course::set_regions(std::uint32_t guest, Time at, const std::vector<CapturedRegion>& regions) {
  Guest& of = guests_[guest];
  const auto changes = traces::snapshots::compare(layout_of(of.regions), layout_of(regions));
  const Time now = options_.one_moment ? kStart : at;
  of.mapped = not_before_floor(of.regions_seen > kStart ? of.regions_seen + Duration{1} : of.since);
  of.mapped = std::min(of.mapped, now);
  for (const auto& range : changes.appeared) {
    queue_.add(of.mapped, input::Map{{MmId{guest}, range.start, range.count}});
  }
  for (const auto& range : changes.vanished) {
    queue_.add(now, input::Unmap{{MmId{guest}, range.start, range.count}});
    of.memory.forget(range.start, range.count);
  }
  of.regions = regions;
  of.regions_seen = now;
}

Time Course::place(const Look& look, PageIndex page, bool appeared) const {
  if (look.earliest == look.latest) return look.latest;
  const std::uint64_t salt =
      mix64(page.value ^ std::uint64_t{look.guest} << 40) + static_cast<std::uint64_t>(sweeps_);
  if (appeared) {
    const auto grown = growth_.place(look.guest, look.earliest, look.latest, salt);
    if (grown) return placer_.align(*grown, look.earliest, look.latest);
  }
  return placer_.place(look.earliest, look.latest, salt);
}

Result<void> Course::add(std::uint32_t guest, const std::string& role, BlockSight sight) {
  Guest& of = guests_[guest];
  const SeenBlock* seen = of.memory.find(sight.start);
  for (std::size_t i = 0; i < sight.pages.size(); ++i) {
    PageSight& page = sight.pages[i];
    if (page.where != Where::zeros) continue;
    const bool held =
        seen != nullptr && seen->contents[place_in_block(sight, i)] == traces::kZeroContent;
    page = held ? PageSight{.where = Where::present, .content = traces::kZeroContent} : PageSight{};
  }
  const Time latest = not_before_floor(options_.one_moment ? kStart : sight.at);
  // A block that was seen may have pages of a region that is new, or not have been looked at
  // lately.
  // (Another region of the block may have been looked at just now: that says nothing of this one.)
  Time earliest = of.mapped;
  if (seen != nullptr) {
    const Time last = seen->sweep == sweeps_ ? seen->at_before : seen->at;
    earliest = std::max(last + Duration{1}, of.mapped);
  }
  // What the first sweep shows is how things stand, not what has happened.
  if (sweeps_ <= 1) earliest = latest;
  const bool squeezed = earliest < relieved_;
  earliest = std::min(not_before_floor(earliest), latest);
  const Look look{guest,    class_of(role), sight,   seen != nullptr ? *seen : kNothingSeen,
                  earliest, latest,         squeezed};
  add_nodes(look);
  add_changes(look);
  add_states(look);
  remember(of, sight);
  return queue_.waiting() > options_.waiting_max ? relieve() : Result<void>();
}

void Course::add_changes(const Look& look) {
  Change change;
  change.guest = look.guest;
  change.page_class = look.page_class;
  for (std::size_t i = 0; i < look.sight.pages.size(); ++i) {
    const PageSight& now = look.sight.pages[i];
    const std::size_t at = place_in_block(look.sight, i);
    const std::uint64_t before = look.before.contents[at];
    // What is in swap now, or was and cannot be compared, may be what it was.
    if (now.where == Where::swapped) continue;
    if (now.where == Where::present ? now.content == before : before == traces::kNoContent)
      continue;
    change.page = look.sight.start + PageCount{i};
    change.at = place(look, change.page, before == traces::kNoContent);
    change.kind = now.where == Where::present ? Change::Kind::write : Change::Kind::discard;
    change.content = now.where == Where::present ? now.content : 0;
    queue_.add(change);
    ++changed_;
    if (look.squeezed) ++squeezed_;
  }
}

template <class What>
void Course::add_runs(const Look& look, Time at, What&& what) {
  const std::size_t pages = look.sight.pages.size();
  for (std::size_t i = 0; i < pages;) {
    const auto first = what(i);
    std::size_t end = i + 1;
    while (end < pages && what(end) == first) ++end;
    if (first) {
      const input::PageRange range{MmId{look.guest}, look.sight.start + PageCount{i},
                                   PageCount{end - i}};
      std::visit(
          [&](auto operation) {
            operation.range = range;
            queue_.add(at, operation);
          },
          *first);
    }
    i = end;
  }
}

void Course::add_nodes(const Look& look) {
  if (!look.sight.nodes_known) return;
  using Node = std::variant<input::SetNode, input::Move>;
  const auto told = [&](std::size_t i, bool moved) -> std::optional<Node> {
    const PageSight& now = look.sight.pages[i];
    const std::size_t at = place_in_block(look.sight, i);
    if (now.where != Where::present) return std::nullopt;
    const bool was_there = look.before.contents[at] != traces::kNoContent && look.before.nodes;
    if (was_there != moved || (moved && (*look.before.nodes)[at] == now.node)) return std::nullopt;
    const NumaNode node{now.node};
    return moved ? Node(input::Move{{}, node}) : Node(input::SetNode{{}, node});
  };
  add_runs(look, look.earliest, [&](std::size_t i) { return told(i, false); });
  add_runs(look, look.latest, [&](std::size_t i) { return told(i, true); });
}

void Course::add_states(const Look& look) {
  using State = std::variant<input::SwapOut, input::SwapIn, input::Observe>;
  add_runs(look, look.latest, [&](std::size_t i) -> std::optional<State> {
    const PageSight& now = look.sight.pages[i];
    const std::size_t at = place_in_block(look.sight, i);
    const bool was_swapped = look.before.swapped.test(at);
    const bool known = look.before.contents[at] != traces::kNoContent;
    if (now.where == Where::swapped && !was_swapped) {
      return known ? State(input::SwapOut{}) : State(input::Observe{{}, input::Seen::swapped});
    }
    if (now.where == Where::present && was_swapped && known &&
        now.content == look.before.contents[at]) {
      return State(input::SwapIn{});
    }
    if (now.merged) return State(input::Observe{{}, input::Seen::merged});
    return std::nullopt;
  });
  if (look.sight.huge && !look.before.huge) {
    queue_.add(look.latest,
               input::Huge{{MmId{look.guest}, look.sight.start, PageCount{kBlockPages}},
                           input::Switch::on});
  }
}

void Course::remember(Guest& guest, const BlockSight& sight) {
  const bool empty = std::all_of(sight.pages.begin(), sight.pages.end(),
                                 [](const PageSight& p) { return p.where == Where::absent; });
  if (empty && guest.memory.find(sight.start) == nullptr) return;
  SeenBlock& block = guest.memory.at(sight.start);
  if (block.sweep != sweeps_) block.at_before = block.at;
  block.sweep = sweeps_;
  block.at = options_.one_moment ? kStart : sight.at;
  block.huge = sight.huge;
  if (sight.nodes_known && !block.nodes) {
    block.nodes = std::make_unique<std::array<std::uint8_t, kBlockPages>>();
  }
  for (std::size_t i = 0; i < sight.pages.size(); ++i) {
    const PageSight& now = sight.pages[i];
    const std::size_t at = place_in_block(sight, i);
    block.swapped.set(at, now.where == Where::swapped);
    // A page in swap still holds what it held.
    if (now.where != Where::swapped) block.contents[at] = now.content;
    if (sight.nodes_known) (*block.nodes)[at] = now.node;
  }
}

// Too much waits: the earlier half goes, and what is still to be seen in this sweep counts as
// later.
Result<void> Course::relieve() {
  const Time middle = queue_.middle();
  if (auto r = queue_.flush(middle); !r) return r;
  floor_ = not_before_floor(middle);
  if (sweeps_ > 1) relieved_ = floor_;
  return {};
}

void Course::note_resident(std::uint32_t guest, Time at, std::uint64_t pages) {
  growth_.note(guest, guests_[guest].since, std::max(at, guests_[guest].since), pages);
}

void Course::set_knob(Time at, const std::string& knob, const std::string& value) {
  queue_.add(options_.one_moment ? kStart : at, input::SetKnob{knob, value});
}

void Course::add_counters(Time at, std::vector<std::pair<std::string, std::int64_t>> values) {
  queue_.add(options_.one_moment ? kStart : at, input::HostCounters{std::move(values)});
}

std::uint64_t Course::present_pages(std::uint32_t guest) const {
  std::uint64_t pages = 0;
  guests_[guest].memory.for_each_content([&pages](std::uint64_t) { ++pages; });
  return pages;
}

std::vector<std::uint64_t> Course::contents() const {
  std::size_t pages = 0;
  for (const Guest& guest : guests_) {
    guest.memory.for_each_content([&pages](std::uint64_t) { ++pages; });
  }
  std::vector<std::uint64_t> all;
  all.reserve(pages);
  for (const Guest& guest : guests_) {
    guest.memory.for_each_content([&all](std::uint64_t content) { all.push_back(content); });
  }
  return all;
}

}  // namespace ksmsim::live::capture
