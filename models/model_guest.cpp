#include "models/model_guest.hpp"

#include <algorithm>
#include <utility>

#include "models/exponential.hpp"
#include "sim/mem/address_space.hpp"

namespace ksmsim::models {
namespace {

constexpr std::uint64_t kBlock = mem::kBlockPages;
// Memory does not begin at 0, where nothing is mapped.
constexpr std::uint64_t kFirstPage = kBlock;

constexpr std::uint64_t whole_blocks(std::uint64_t pages) {
  return (pages + kBlock - 1) / kBlock * kBlock;
}

}  // namespace

std::vector<input::PageRange> region_ranges(const GuestSpec& spec) {
  std::vector<input::PageRange> ranges;
  std::uint64_t page = kFirstPage;
  for (const RegionSpec& region : spec.regions) {
    ranges.push_back({MmId{}, PageIndex{page}, PageCount{region.pages}});
    page += whole_blocks(region.pages);
  }
  return ranges;
}

void DueEvent::go_on() {
  at += event.repeat == Repeat::evenly ? event.every
                                       : std::max(exponential(event.every, chance), Duration{1});
}

ModelGuest::ModelGuest(std::shared_ptr<const GuestSpec> spec, std::string name, Time begin,
                       std::uint64_t seed, const std::vector<ClassId>& classes)
    : spec_(std::move(spec)), name_(std::move(name)) {
  events_.push_back({begin,
                     {.kind = EventKind::boot, .length = spec_->boot},
                     RandomStream(seed, name_ + "/boot")});
  for (std::size_t i = 0; i < spec_->events.size(); ++i) {
    const GuestEvent& event = spec_->events[i];
    const RandomStream chance(seed, name_ + "/event " + std::to_string(i));
    events_.push_back({begin + event.at, event, chance});
    if (event.repeat == Repeat::by_chance) events_.back().go_on();  // at_s is when chance begins.
  }
  const auto ranges = region_ranges(*spec_);
  for (std::uint32_t i = 0; i < spec_->regions.size(); ++i) {
    const RegionSpec& region = spec_->regions[i];
    const Setting setting{.seed = seed,
                          .guest = name_,
                          .number = i,
                          .pages = region.pages,
                          .after = region.after.value_or(Duration::zero()),
                          .over = region.over.value_or(spec_->boot)};
    places_.push_back({.region = region.kind->make(setting, region.values),
                       .range = ranges[i],
                       .page_class = classes[i],
                       .huge = region.huge});
  }
}

ModelGuest::ModelGuest(const ModelGuest& other)
    : GuestStream(other),
      spec_(other.spec_),
      name_(other.name_),
      mm_(other.mm_),
      state_(other.state_),
      events_(other.events_),
      stood_still_(other.stood_still_),
      suspended_at_(other.suspended_at_),
      waiting_(other.waiting_),
      usual_(other.usual_),
      said_(other.said_),
      activities_(other.activities_) {
  for (const Place& p : other.places_) {
    places_.push_back({p.region->clone(), p.range, p.page_class, p.huge, p.filled, p.huge_until});
  }
}

// ---------------------------------------------------------------- when

std::size_t ModelGuest::first_event() const {
  std::size_t first = 0;
  for (std::size_t i = 1; i < events_.size(); ++i) {
    if (events_[i].at < events_[first].at) first = i;
  }
  return first;
}

Time ModelGuest::regions_next() const {
  Time next = kNever;
  if (state_ != State::running) return next;
  for (const Place& place : places_) next = std::min(next, place.region->next());
  return next == kNever ? kNever : next + stood_still_;
}

Time ModelGuest::activity_ends() const {
  Time first = kNever;
  if (state_ != State::running) return first;
  for (const Running& running : activities_) first = std::min(first, running.until);
  return first == kNever ? kNever : first + stood_still_;
}

Time ModelGuest::next() const {
  if (state_ == State::over) return kNever;
  const Time event = events_.empty() ? kNever : events_[first_event()].at;
  return std::min({event, activity_ends(), regions_next()});
}

// ---------------------------------------------------------------- what

Result<void> ModelGuest::act(Pen::Operations& out, MmNumbers& numbers) {
  const Time now = next();
  if (!events_.empty()) {
    const std::size_t first = first_event();
    if (events_[first].at == now) {
      const GuestEvent event = events_[first].event;
      if (event.every > Duration::zero()) {
        events_[first].go_on();
      } else {
        events_.erase(events_.begin() + static_cast<std::ptrdiff_t>(first));
      }
      if (state_ == State::not_begun) begin(now, out, numbers);
      happen(event, now, out);
      return {};
    }
  }
  if (activity_ends() == now) {
    end_activities(now, out);
    return {};
  }
  act_regions(now, out);
  return {};
}

void ModelGuest::begin(Time now, Pen::Operations& out, MmNumbers& numbers) {
  mm_ = numbers.take();
  state_ = State::running;
  out.push_back({now, input::Begin{mm_, name_}});
  for (std::size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_[i];
    place.range.mm = mm_;
    out.push_back({now, input::Map{place.range, spec_->regions[i].mergeable}});
    if (spec_->node) out.push_back({now, input::SetNode{place.range, *spec_->node}});
  }
}

void ModelGuest::happen(const GuestEvent& event, Time now, Pen::Operations& out) {
  if (ends_guest(event.kind)) {
    out.push_back({now, input::End{mm_}});
    state_ = State::over;
  } else if (event.kind == EventKind::suspend) {
    if (state_ == State::running) suspended_at_ = now;
    state_ = State::suspended;
  } else if (event.kind == EventKind::resume) {
    if (state_ == State::suspended) stood_still_ += now - suspended_at_;
    state_ = State::running;
    tell_regions(event, now, out);
    for (const GuestEvent& late : std::exchange(waiting_, {})) happen_inside(late, now, out);
  } else if (state_ == State::suspended) {
    // One of a kind, as programs that run at set times make up for those that they missed.
    std::erase_if(waiting_, [&](const GuestEvent& other) { return other.kind == event.kind; });
    waiting_.push_back(event);
  } else {
    happen_inside(event, now, out);
  }
}

void ModelGuest::happen_inside(const GuestEvent& event, Time now, Pen::Operations& out) {
  GuestEvent told = event;
  if (event.kind == EventKind::work || event.kind == EventKind::idle) {
    usual_ = name_of(event.kind);
    if (activities_.empty()) say(usual_, now, out);
  }
  if (event.kind == EventKind::reboot) {
    activities_.clear();  // Nothing outlives it.
    if (event.length == Duration::zero()) told.length = spec_->boot;
  }
  if (takes_time(event.kind)) {
    const bool arrives = event.kind == EventKind::boot && spec_->migrated_in;
    const std::string what = arrives ? "migration" : std::string(name_of(event.kind));
    activities_.push_back({own(now) + std::max(told.length, Duration{1}), what});
    say(what, now, out);
  }
  tell_regions(told, now, out);
}

// What ends now is over; the guest is busy with what goes on for longest, or as usual.
void ModelGuest::end_activities(Time now, Pen::Operations& out) {
  std::erase_if(activities_, [&](const Running& running) { return running.until == own(now); });
  const auto longest =
      std::max_element(activities_.begin(), activities_.end(),
                       [](const Running& a, const Running& b) { return a.until < b.until; });
  const std::string& what = longest == activities_.end() ? usual_ : longest->what;
  if (what != said_) say(what, now, out);
}

void ModelGuest::tell_regions(const GuestEvent& event, Time now, Pen::Operations& out) {
  for (Place& place : places_) {
    if (event.kind == EventKind::boot || event.kind == EventKind::reboot) {
      place.filled = place.huge_until = 0;
    }
    const std::size_t from = out.size();
    Pen pen(out, now, place.range, place.page_class);
    place.region->on(event, own(now), pen);
    back_by_huge_pages(place, from, now, out);
  }
}

void ModelGuest::act_regions(Time now, Pen::Operations& out) {
  for (Place& place : places_) {
    if (place.region->next() != own(now)) continue;
    const std::size_t from = out.size();
    Pen pen(out, now, place.range, place.page_class);
    place.region->act(own(now), pen);
    back_by_huge_pages(place, from, now, out);
  }
}

// Blocks that a fill has completed become huge pages, as if the first fault had made them so.
void ModelGuest::back_by_huge_pages(Place& place, std::size_t from, Time now,
                                    Pen::Operations& out) {
  if (!place.huge) return;
  for (std::size_t i = from; i < out.size(); ++i) {
    const auto* write = std::get_if<input::Write>(&out[i].operation);
    if (write == nullptr) continue;
    const std::uint64_t first = write->range.start.value - place.range.start.value;
    if (first == place.filled) place.filled = first + write->range.count.value;
  }
  const std::uint64_t until = place.filled / kBlock * kBlock;
  if (until == place.huge_until) return;
  Pen(out, now, place.range, place.page_class)
      .make_huge(place.huge_until, until - place.huge_until);
  place.huge_until = until;
}

void ModelGuest::say(const std::string& what, Time now, Pen::Operations& out) {
  said_ = what;
  out.push_back({now, input::Activity{mm_, what}});
}

}  // namespace ksmsim::models
