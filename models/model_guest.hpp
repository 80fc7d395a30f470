// A guest that is made of models: regions side by side in one address space, and events that happen
// to all of them.
//
// A region's own time stands still while the guest is suspended, and so do activities. Events of
// one time happen in the order of the scenario, and before what regions do on their own. What is to
// happen inside a suspended guest happens when it resumes, the last of each kind; what ends a guest
// happens at once.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "models/guest_stream.hpp"
#include "models/scenario.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {

// What stands behind a place in a list of events.
struct DueEvent {
  Time at = kNever;
  GuestEvent event;
  RandomStream chance;  // Of the times of an event that happens by chance.

  // Moves on to when the event happens again. REQUIRES: event.every > 0.
  void go_on();
};

// Where the regions of such a guest stand in its address space, in the order of spec.regions; each
// begins a block. The address space is of no meaning there.
std::vector<input::PageRange> region_ranges(const GuestSpec& spec);

class ModelGuest : public GuestStream {
 public:
  // `classes`: of each region's pages, in the order of spec.regions.
  ModelGuest(std::shared_ptr<const GuestSpec> spec, std::string name, Time begin,
             std::uint64_t seed, const std::vector<ClassId>& classes);
  ModelGuest(const ModelGuest& other);
  ModelGuest& operator=(const ModelGuest&) = delete;

  Time next() const override;
  Result<void> act(Pen::Operations& out, MmNumbers& numbers) override;
  std::unique_ptr<GuestStream> clone() const override {
    return std::make_unique<ModelGuest>(*this);
  }

 private:
  struct Place {
    std::unique_ptr<Region> region;
    input::PageRange range;
    ClassId page_class;
    bool huge = false;
    std::uint64_t filled = 0;  // Pages from its start that were written one after the other.
    std::uint64_t huge_until = 0;
  };
  // An activity that goes on.
  struct Running {
    Time until = kNever;  // In the guest's own time.
    std::string what;
  };
  enum class State : std::uint8_t { not_begun, running, suspended, over };

  void begin(Time now, Pen::Operations& out, MmNumbers& numbers);
  void happen(const GuestEvent& event, Time now, Pen::Operations& out);
  void happen_inside(const GuestEvent& event, Time now, Pen::Operations& out);
  void end_activities(Time now, Pen::Operations& out);
  void tell_regions(const GuestEvent& event, Time now, Pen::Operations& out);
  void act_regions(Time now, Pen::Operations& out);
  void back_by_huge_pages(Place& place, std::size_t from, Time now, Pen::Operations& out);
  void say(const std::string& what, Time now, Pen::Operations& out);
  std::size_t first_event() const;
  Time regions_next() const;
  Time activity_ends() const;
  Time own(Time now) const { return now - stood_still_; }

  std::shared_ptr<const GuestSpec> spec_;
  std::string name_;
  MmId mm_;
  State state_ = State::not_begun;
  std::vector<DueEvent> events_;  // What is to come; in the order of the scenario.
  std::vector<Place> places_;
  Duration stood_still_{};
  Time suspended_at_ = kNever;
  std::vector<GuestEvent> waiting_;  // Until it resumes.
  std::string usual_;                // What it is busy with when nothing special goes on.
  std::string said_;                 // What it was said to be busy with last.
  std::vector<Running> activities_;  // In the order in which they began.
};

}  // namespace ksmsim::models
