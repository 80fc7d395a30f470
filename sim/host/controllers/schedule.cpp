#include "sim/host/controllers/schedule.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/amounts.hpp"
#include "sim/base/check.hpp"
#include "sim/host/controllers/fixed.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::int64_t kSecondsMost = 1'000'000'000;  // As --until.
constexpr std::string_view kEntry = "at";

constexpr std::array<Constant, 1> kScheduleTable{{
    {"period_s", ConstantKind::whole, "86400", "s", 0, kSecondsMost, "assumed: a day",
     "after which all entries happen again; 0: never"},
}};

// TIME:KNOB=VALUE.
Result<ScheduleEntry> parse_entry(const std::string& text, const ksm::Traits& kernel) {
  const Error malformed{"'" + text + "': should be TIME:KNOB=VALUE, as 3600:pages_to_scan=1000"};
  const std::size_t colon = text.find(':');
  const std::size_t equals = text.find('=');
  if (colon == std::string::npos || equals == std::string::npos || equals < colon) {
    return malformed;
  }
  const auto at =
      parse_amount(std::string_view(text).substr(0, colon), {units::kSecond, units::kNanosecond});
  if (!at) return at.error().in("'" + text + "'");
  if (*at < 0 || Duration{*at} > std::chrono::seconds(kSecondsMost)) {
    return Error{"'" + text + "': the time should be 0 to " + std::to_string(kSecondsMost) + " s"};
  }
  auto write =
      checked_knob(text.substr(colon + 1, equals - colon - 1), text.substr(equals + 1), kernel);
  if (!write) return write.error().in("'" + text + "'");
  return ScheduleEntry{Duration{*at}, std::move(*write)};
}

// Adds what a list of entries says.
Result<void> parse_entries(const std::string& list, const ksm::Traits& kernel,
                           std::vector<ScheduleEntry>& entries) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::size_t word = std::min(list.find_first_not_of(' ', begin), end);
    auto entry = parse_entry(list.substr(word, end - word), kernel);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
    begin = end + 1;
  }
  return {};
}

}  // namespace

ConstantTable schedule_constants() { return kScheduleTable; }

Result<std::unique_ptr<Controller>> make_schedule(const GivenConstants& given,
                                                  const ksm::Traits& kernel) {
  std::vector<ScheduleEntry> entries;
  GivenConstants others;
  for (const auto& [name, value] : given) {
    if (name != kEntry) {
      others.emplace_back(name, value);
    } else if (auto r = parse_entries(value, kernel, entries); !r) {
      return r.error();
    }
  }
  const auto values = ConstantValues::parse(kScheduleTable, others);
  if (!values) return values.error();
  if (entries.empty()) {
    return Error{"it has no entries: should have at = TIME:KNOB=VALUE, with commas between"};
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const ScheduleEntry& a, const ScheduleEntry& b) { return a.at < b.at; });
  const Duration period = std::chrono::seconds((*values)["period_s"]);
  if (period > Duration::zero() && entries.back().at >= period) {
    return Error{"an entry is later than period_s (" + std::to_string((*values)["period_s"]) +
                 " s): should be earlier"};
  }
  return Result<std::unique_ptr<Controller>>(
      std::make_unique<Schedule>(std::move(entries), period));
}

Schedule::Schedule(std::vector<ScheduleEntry> entries, Duration period)
    : entries_(std::move(entries)), period_(period), interval_(kNoMoreLooks) {
  KSM_CHECK(!entries_.empty());
}

Decision Schedule::decide(const HostView& view) {
  Decision decision;
  while (next_ < entries_.size() && day_ + entries_[next_].at <= view.now) {
    decision.knobs.push_back(entries_[next_].write);
    ++next_;
    if (next_ == entries_.size() && period_ > Duration::zero()) {
      next_ = 0;
      day_ += period_;
    }
  }
  interval_ = next_ < entries_.size() ? day_ + entries_[next_].at - view.now : kNoMoreLooks;
  return decision;
}

}  // namespace ksmsim::host::controllers
