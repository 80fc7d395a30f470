// Knobs by the clock, as from cron: each entry writes one knob at its time of the virtual day. The
// day begins when the run begins.
#pragma once
#include <memory>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/host/controllers/pace.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host::controllers {

struct ScheduleEntry {
  Duration at;  // From the beginning of the day.
  input::SetKnob write;
};

class Schedule final : public Controller {
 public:
  // A period of 0: every entry happens once. REQUIRES: entries are there, in order of their times,
  // all within a period.
  Schedule(std::vector<ScheduleEntry> entries, Duration period);

  Duration first_look() const override { return entries_.front().at; }
  Duration interval() const override { return interval_; }
  Decision decide(const HostView& view) override;
  std::unique_ptr<Controller> clone() const override { return std::make_unique<Schedule>(*this); }

 private:
  std::vector<ScheduleEntry> entries_;
  Duration period_;
  Duration interval_;
  Time day_ = kStart;     // When the day of the next entry began.
  std::size_t next_ = 0;  // Of entries_; its size: nothing is left.
};

// The constants beside the entries: period_s.
inline constexpr PaceConstants kSchedulePace{.entries = "at"};

ConstantTable schedule_constants();
// Constants named `at` are entries, TIME:KNOB=VALUE with commas between several; a time is seconds
// or says its unit ("22h"). Errors name the entry.
Result<std::unique_ptr<Controller>> make_schedule(const GivenConstants& given,
                                                  const ksm::Traits& kernel);

}  // namespace ksmsim::host::controllers
