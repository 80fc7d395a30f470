#include "models/scenario_source.hpp"

#include <algorithm>
#include <utility>

#include "models/model_guest.hpp"
#include "models/template_guest.hpp"

namespace ksmsim::models {

Result<std::unique_ptr<ScenarioSource>> ScenarioSource::create(const Scenario& scenario,
                                                               const TraceOpener& open) {
  std::unique_ptr<ScenarioSource> source(new ScenarioSource);
  source->until_ = scenario.guests_until;
  for (const input::SetKnob& knob : scenario.knobs) source->knobs_.push_back({{}, knob});
  for (const KnobEvent& event : scenario.knob_events) source->knobs_.push_back(event);
  std::stable_sort(source->knobs_.begin(), source->knobs_.end(),
                   [](const KnobEvent& a, const KnobEvent& b) { return a.at < b.at; });
  for (const GuestSpec& spec : scenario.guests) {
    if (auto r = source->add_guests(scenario, spec, open); !r) return r.error();
  }
  for (const auto& guest : source->guests_) source->times_.push_back(guest->next());
  return source;
}

ScenarioSource::ScenarioSource(const ScenarioSource& other)
    : OpSource(other),
      until_(other.until_),
      classes_(other.classes_),
      knobs_(other.knobs_),
      next_knob_(other.next_knob_),
      times_(other.times_),
      numbers_(other.numbers_),
      ready_(other.ready_),
      next_ready_(other.next_ready_) {
  for (const auto& guest : other.guests_) guests_.push_back(guest->clone());
}

std::unique_ptr<input::OpSource> ScenarioSource::clone() const {
  return std::unique_ptr<input::OpSource>(new ScenarioSource(*this));
}

ClassId ScenarioSource::class_of(const std::string& name) {
  const auto at = std::find(classes_.begin(), classes_.end(), name);
  const auto number = static_cast<ClassId::rep>(at - classes_.begin());
  if (at == classes_.end()) classes_.push_back(name);
  return ClassId{number};
}

Result<void> ScenarioSource::add_guests(const Scenario& scenario, const GuestSpec& spec,
                                        const TraceOpener& open) {
  const auto shared = std::make_shared<const GuestSpec>(spec);
  std::vector<ClassId> classes;
  for (const RegionSpec& region : spec.regions) classes.push_back(class_of(region.page_class));
  for (std::uint32_t i = 0; i < spec.count; ++i) {
    const Time begin = kStart + spec.start + spec.every * i;
    if (!spec.from_trace) {
      guests_.push_back(
          std::make_unique<ModelGuest>(shared, name_of(spec, i), begin, scenario.seed, classes));
      continue;
    }
    const auto at_its_place = [&spec](const Error& error) {
      const std::string& place = spec.from_trace->place;
      return place.empty() ? error : error.in(place);
    };
    auto trace = open(spec.from_trace->trace);
    if (!trace) return at_its_place(trace.error());
    classes.clear();
    for (const std::string& name : trace->classes) classes.push_back(class_of(name));
    auto guest = TemplateGuest::create(*spec.from_trace, name_of(spec, i), begin,
                                       input::OpStream(std::move(trace->source)), classes);
    if (!guest) return at_its_place(guest.error());
    guests_.push_back(std::move(*guest));
  }
  return {};
}

Time ScenarioSource::next_time() const {
  const auto first = std::min_element(times_.begin(), times_.end());
  const Time guests = first == times_.end() ? kNever : *first;
  return next_knob_ < knobs_.size() ? std::min(kStart + knobs_[next_knob_].at, guests) : guests;
}

// Fills ready_ with what is due next; nothing is left if there is nothing.
Result<void> ScenarioSource::act() {
  ready_.clear();
  next_ready_ = 0;
  const auto first = std::min_element(times_.begin(), times_.end());
  const Time guests = first == times_.end() ? kNever : *first;
  if (next_knob_ < knobs_.size() && kStart + knobs_[next_knob_].at <= guests) {
    ready_.push_back({kStart + knobs_[next_knob_].at, knobs_[next_knob_].knob});
    ++next_knob_;
    return {};
  }
  if (guests == kNever) return {};
  GuestStream& guest = *guests_[static_cast<std::size_t>(first - times_.begin())];
  if (auto r = guest.act(ready_, numbers_); !r) return r.error();
  *first = guest.next();
  return {};
}

Result<std::optional<input::TimedOperation>> ScenarioSource::next() {
  // Guests may act for ever without doing anything that shows.
  while (next_ready_ == ready_.size()) {
    const Time then = next_time();
    if (then == kNever || then > until_) return std::optional<input::TimedOperation>{};
    if (auto r = act(); !r) return r.error();
  }
  if (ready_[next_ready_].at > until_) return std::optional<input::TimedOperation>{};
  return std::optional<input::TimedOperation>{std::move(ready_[next_ready_++])};
}

}  // namespace ksmsim::models
