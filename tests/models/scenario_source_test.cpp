#include "models/scenario_source.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/input/op_list.hpp"
#include "sim/input/operation_checker.hpp"
#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::seconds;

namespace {

RegionSpec region(std::string_view name, std::uint64_t pages,
                  const std::map<std::string, std::string>& changed) {
  const RegionKind* kind = find_region_kind(name);
  return {.kind = kind,
          .page_class = std::string(kind->page_class),
          .pages = pages,
          .values = values_of(*kind, changed)};
}

RegionSpec image(std::uint64_t pages) {
  return region("image", pages,
                {{"image", "\"debian\""}, {"drift", "0.1"}, {"relocated", "0"}, {"groups", "[]"}});
}

RegionSpec heap(std::uint64_t pages) {
  return region("heap", pages,
                {{"lifetimes", "[[1, 10]]"}, {"groups", "[[1, 1]]"}, {"zero_part", "0"}});
}

Scenario two_guests() {
  Scenario scenario;
  scenario.guests.push_back({.name = "vm",
                             .count = 2,
                             .start = seconds(1),
                             .every = seconds(5),
                             .boot = seconds(10),
                             .regions = {image(1000), heap(600)},
                             .events = {}});
  return scenario;
}

Result<OpenedTrace> no_traces(const std::string& path) { return Error{"no trace"}.in(path); }

using Operations = std::vector<input::TimedOperation>;

std::unique_ptr<ScenarioSource> source_of(const Scenario& scenario) {
  auto source = ScenarioSource::create(scenario, no_traces);
  REQUIRE(source.ok());
  return std::move(*source);
}

Operations take(input::OpSource& source, Time until, std::size_t most = ~std::size_t{0}) {
  Operations operations;
  while (operations.size() < most) {
    auto next = source.next();
    REQUIRE(next.ok());
    if (!*next || (*next)->at > until) break;
    operations.push_back(**next);
  }
  return operations;
}

// What pages hold after the operations, by address space and page.
std::map<std::pair<MmId, PageIndex>, std::uint64_t> contents_after(const Operations& operations) {
  std::map<std::pair<MmId, PageIndex>, std::uint64_t> contents;
  for (const auto& timed : operations) {
    const auto* write = std::get_if<input::Write>(&timed.operation);
    if (write == nullptr) continue;
    for (std::uint64_t i = 0; i < write->range.count.value; ++i) {
      contents[{write->range.mm, write->range.start + PageCount{i}}] = write->contents.of(i);
    }
  }
  return contents;
}

std::size_t distinct(const Operations& operations) {
  std::set<std::uint64_t> seen;
  for (const auto& [page, content] : contents_after(operations)) seen.insert(content);
  return seen.size();
}

// What guests say that they are busy with, by the second.
using Said = std::vector<std::pair<std::int64_t, std::string>>;
Said said(const Operations& operations) {
  Said all;
  for (const auto& timed : operations) {
    const auto* activity = std::get_if<input::Activity>(&timed.operation);
    if (activity != nullptr) all.emplace_back((timed.at - kStart) / seconds(1), activity->what);
  }
  return all;
}

Scenario one_guest(std::vector<GuestEvent> events) {
  Scenario scenario = two_guests();
  scenario.guests[0].count = 1;
  scenario.guests[0].start = {};
  scenario.guests[0].regions = {image(1000)};
  scenario.guests[0].events = std::move(events);
  return scenario;
}

}  // namespace

TEST_CASE("encrypted memory is pinned once, as it is filled, unless the scenario says else") {
  for (const bool pinned : {true, false}) {
    Scenario scenario = two_guests();
    GuestSpec& guest = scenario.guests.front();
    guest.count = 1;
    guest.regions = {region("encrypted", 3000,
                            {{"lifetimes", "[]"}, {"pinned", pinned ? "\"yes\"" : "\"no\""}})};
    guest.events = {{.kind = EventKind::reboot, .at = seconds(100)}};
    std::uint64_t pages = 0;
    for (const auto& timed : take(*source_of(scenario), kStart + seconds(300))) {
      const auto* pin = std::get_if<input::Pin>(&timed.operation);
      if (pin == nullptr) continue;
      pages += pin->range.count.value;
    }
    CHECK(pages == (pinned ? 3000 : 0));
  }
}

TEST_CASE("guests that go on without doing anything end with the scenario") {
  Scenario scenario = two_guests();
  scenario.guests_until = kStart + seconds(1000);
  for (RegionSpec& r : scenario.guests.front().regions) {
    if (r.kind->name == "heap") r.values.set("idle", std::int64_t{0});
  }
  scenario.guests.front().events = {{.kind = EventKind::idle, .at = seconds(20)}};
  const auto source = source_of(scenario);
  const Operations operations = take(*source, kNever);
  CHECK(operations.size() > 10);
  CHECK(operations.back().at <= kStart + seconds(26));
}

TEST_CASE("what a scenario's guests do is possible, and in the order of time") {
  Scenario scenario = two_guests();
  scenario.guests[0].regions[0].huge = true;
  scenario.guests[0].node = NumaNode{1};
  scenario.guests[0].events = {{.kind = EventKind::update, .at = seconds(20), .length = seconds(3)},
                               {.kind = EventKind::suspend, .at = seconds(30)},
                               {.kind = EventKind::resume, .at = seconds(40)},
                               {.kind = EventKind::reboot, .at = seconds(50)},
                               {.kind = EventKind::shutdown, .at = seconds(70)}};
  const auto source = source_of(scenario);
  input::OperationChecker checker;
  const Operations operations = take(*source, kNever - Duration{1});
  for (const auto& timed : operations) REQUIRE(checker.apply(timed).ok());
  CHECK(std::holds_alternative<input::End>(operations.back().operation));
  CHECK(operations.back().at == kStart + seconds(76));
}

TEST_CASE("two guests of one release hold the same image and heaps of their own") {
  const auto source = source_of(two_guests());
  CHECK(distinct(take(*source, kStart + seconds(16))) == 1000 + 2 * 600);
}

TEST_CASE(
    "an update leaves as many pages alike as the drift says, and equal among updated guests") {
  Scenario scenario = two_guests();
  scenario.guests[0].regions = {image(10'000)};
  GuestSpec updated = scenario.guests[0];
  updated.name = "new";
  updated.events = {{.kind = EventKind::update, .at = seconds(20), .length = seconds(3)}};
  scenario.guests.push_back(updated);
  const auto source = source_of(scenario);
  const std::size_t contents = distinct(take(*source, kStart + seconds(40)));
  CHECK(contents > 10'900);  // 10 % of 10 000 pages exist in two versions.
  CHECK(contents < 11'100);
}

TEST_CASE("a copy of a source goes on as the original does") {
  const auto source = source_of(two_guests());
  take(*source, kNever, 50);
  const auto copy = source->clone();
  const Operations first = take(*source, kStart + seconds(60));
  CHECK(first.size() > 100);
  CHECK(first == take(*copy, kStart + seconds(60)));
}

TEST_CASE("a guest that is suspended does nothing, and goes on where it stood") {
  Scenario scenario = two_guests();
  scenario.guests[0].count = 1;
  const auto usual = take(*source_of(scenario), kStart + seconds(40));
  scenario.guests[0].events = {{.kind = EventKind::suspend, .at = seconds(15)},
                               {.kind = EventKind::resume, .at = seconds(115)}};
  const auto paused = take(*source_of(scenario), kStart + seconds(140));
  CHECK(contents_after(usual) == contents_after(paused));
  for (const auto& timed : paused) {
    CHECK((timed.at <= kStart + seconds(16) || timed.at >= kStart + seconds(116)));
  }
}

TEST_CASE("when one of several activities ends, the guest is busy with what goes on for longest") {
  const Scenario scenario =
      one_guest({{.kind = EventKind::update, .at = seconds(20), .length = seconds(100)},
                 {.kind = EventKind::login, .at = seconds(30), .length = seconds(1)},
                 {.kind = EventKind::antivirus, .at = seconds(110), .length = seconds(40)}});
  const Said all = said(take(*source_of(scenario), kStart + seconds(200)));
  CHECK(all == Said{{0, "boot"},
                    {10, ""},
                    {20, "update"},
                    {30, "login"},
                    {31, "update"},
                    {110, "antivirus"},
                    {150, ""}});
}

TEST_CASE("an activity stands still with its guest, and a reboot ends it") {
  const Scenario scenario =
      one_guest({{.kind = EventKind::update, .at = seconds(20), .length = seconds(20)},
                 {.kind = EventKind::suspend, .at = seconds(30)},
                 {.kind = EventKind::resume, .at = seconds(130)},
                 {.kind = EventKind::update, .at = seconds(150), .length = seconds(50)},
                 {.kind = EventKind::reboot, .at = seconds(160)}});
  const Said all = said(take(*source_of(scenario), kStart + seconds(300)));
  CHECK(all == Said{{0, "boot"},
                    {10, ""},
                    {20, "update"},
                    {140, ""},
                    {150, "update"},
                    {160, "reboot"},
                    {170, ""}});
}

TEST_CASE("what is to happen to a suspended guest happens when it resumes, once for each kind") {
  const Scenario scenario = one_guest(
      {{.kind = EventKind::suspend, .at = seconds(20)},
       {.kind = EventKind::login, .at = seconds(25), .length = seconds(1)},
       {.kind = EventKind::update, .at = seconds(30), .length = seconds(5), .every = seconds(10)},
       {.kind = EventKind::resume, .at = seconds(65)},
       {.kind = EventKind::kill, .at = seconds(69)}});
  const auto source = source_of(scenario);
  const Operations before = take(*source_of(scenario), kStart + seconds(50));
  take(*source, kNever, before.size());
  const auto copy = source->clone();  // It knows what waits.
  const Operations after = take(*source, kNever - Duration{1});
  CHECK(after == take(*copy, kNever - Duration{1}));
  CHECK(said(before) == Said{{0, "boot"}, {10, ""}});
  CHECK(said(after) == Said{{65, "login"}, {65, "update"}});
  CHECK(contents_after(after).size() > 50);  // One level changes a tenth of 1000 pages.
  CHECK(contents_after(after).size() < 150);
}

TEST_CASE("knobs are written before what guests do at the same time") {
  Scenario scenario = two_guests();
  scenario.guests[0].start = Duration::zero();
  scenario.knobs = {{"pages_to_scan", "5"}};
  scenario.knob_events = {{seconds(5), {"run", "0"}}, {Duration::zero(), {"run", "1"}}};
  const Operations operations = take(*source_of(scenario), kStart + seconds(5));
  CHECK(std::get<input::SetKnob>(operations[0].operation).knob == "pages_to_scan");
  CHECK(std::get<input::SetKnob>(operations[1].operation).value == "1");
  for (std::size_t i = 2; i < operations.size(); ++i) {
    if (operations[i].at < kStart + seconds(5)) continue;
    CHECK(std::get<input::SetKnob>(operations[i].operation).value == "0");
    break;
  }
}

TEST_CASE("an event with a rate comes by chance, as often as it says, in each guest by itself") {
  Scenario scenario = one_guest({{.kind = EventKind::login,
                                  .at = seconds(1000),
                                  .length = std::chrono::milliseconds(1),
                                  .every = seconds(30),
                                  .repeat = Repeat::by_chance}});
  scenario.guests[0].count = 2;
  scenario.guests[0].every = {};
  std::map<MmId, std::vector<Time>> logins;
  for (const auto& timed : take(*source_of(scenario), kStart + seconds(1000 + 30 * 2500))) {
    const auto* activity = std::get_if<input::Activity>(&timed.operation);
    if (activity != nullptr && activity->what == "login") logins[activity->mm].push_back(timed.at);
  }
  REQUIRE(logins.size() == 2);
  CHECK(logins.begin()->second != logins.rbegin()->second);
  for (const auto& [mm, times] : logins) {
    CHECK(times.front() > kStart + seconds(1000));
    CHECK(times.size() == Approx(2500).margin(4 * 50));  // Four standard deviations.
    // Of exponential times, 1 / e are longer than the mean and 1 / e^3 longer than three of it.
    std::size_t longer = 0, much_longer = 0;
    for (std::size_t i = 1; i < times.size(); ++i) {
      longer += times[i] - times[i - 1] > seconds(30) ? 1 : 0;
      much_longer += times[i] - times[i - 1] > seconds(90) ? 1 : 0;
    }
    CHECK(longer == Approx(0.368 * 2500).margin(4 * 24));
    CHECK(much_longer == Approx(0.0498 * 2500).margin(4 * 11));
  }
}

TEST_CASE("clones of a captured guest hold what it held, but for the part that is their own") {
  const auto trace = std::make_shared<const input::OpList::Operations>(input::OpList::Operations{
      {kStart, input::Begin{MmId{0}, "other"}},
      {kStart + seconds(2), input::Begin{MmId{1}, "captured"}},
      {kStart + seconds(2), input::Map{{MmId{1}, PageIndex{0}, PageCount{10'000}}}},
      {kStart + seconds(3), input::Write{{MmId{1}, PageIndex{0}, PageCount{10'000}},
                                         {.first = 1, .period = 10'000, .each = {}},
                                         ClassId{1}}},
      {kStart + seconds(4), input::Fork{MmId{1}, MmId{2}, "child"}}});
  Scenario scenario;
  scenario.guests.push_back({.name = "clone",
                             .count = 2,
                             .start = seconds(10),
                             .every = seconds(1),
                             .regions = {},
                             .events = {},
                             .from_trace = TemplateSpec{"t.bin", "captured", 100'000, ""}});
  auto source = ScenarioSource::create(scenario, [&](const std::string&) -> Result<OpenedTrace> {
    return OpenedTrace{std::make_unique<input::OpList>(trace), {"unknown", "heap"}};
  });
  REQUIRE(source.ok());
  const Operations operations = take(**source, kNever - Duration{1});
  input::OperationChecker checker;
  for (const auto& timed : operations) REQUIRE(checker.apply(timed).ok());
  CHECK(operations.front().at == kStart + seconds(10));
  CHECK(std::get<input::Fork>(operations.back().operation).name == "clone-2/child");
  CHECK((*source)->classes() == std::vector<std::string>{"unknown", "heap"});
  const std::size_t contents = distinct(operations);
  CHECK(contents > 10'900);
  CHECK(contents < 11'100);
}
