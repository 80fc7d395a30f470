#include "traces/snapshots/importer.hpp"

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "tests/snapshots/made_up.hpp"
#include "traces/snapshots/course.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::snapshots;
namespace looks = ksmsim::traces::looks;
using namespace ksmsim::traces::snapshots::made_up;

namespace {

const auto kEvery = {looks::Placement::earlier, looks::Placement::middle, looks::Placement::later,
                     looks::Placement::spread};

// One guest, a region of three pages.
Recording one_guest() {
  Recording recording;
  recording.guest("a", 1.0);
  recording.layout(json::array({region("a", "ram", 100, 3)}));
  return recording;
}

// Guests that come, go and come again, regions that grow and vanish, pages that change at random.
Recording random_recording(RandomStream& random) {
  Recording recording;
  for (const char* name : {"a", "b", "c"}) recording.guest(name);
  for (int i = 0; i < 4; ++i) {
    json layout = json::array();
    for (const char* name : {"a", "b", "c"}) {
      std::uint64_t at = 10;
      for (std::uint64_t n = random.below(3); n > 0; --n) {
        at += random.below(4);
        const std::uint64_t pages = random.between(1, 9);
        layout.push_back(region(name, "ram" + std::to_string(n), at, pages));
        at += pages;
      }
    }
    recording.layout(layout);
  }
  for (int i = 0; i < 8; ++i) {
    const std::size_t layout = random.below(4);
    Hashes pages;
    for (const json& r : recording.meta["layouts"][layout]) {
      for (std::uint64_t n = r["pages"]; n > 0; --n) {
        const Hashes some = {kNone, kZero, 3, 5, 7};
        pages.push_back(some[random.below(some.size())]);
      }
    }
    recording.snapshot(10 * i + 1, pages, layout);
  }
  return recording;
}

// What page i of the snapshot holds, by its hash.
void check_page(const Pages& pages, const std::string& guest, std::uint64_t page,
                std::uint64_t hash) {
  const auto at = pages.find({guest, page});
  if (hash == kNone) {
    REQUIRE(at == pages.end());
  } else {
    REQUIRE(at != pages.end());
    REQUIRE(at->second == (hash == kZero ? 0 : hash));
  }
}

}  // namespace

TEST_CASE("a guest begins when its process started, and its pages change between their reads") {
  Recording recording = one_guest();
  recording.snapshot(10, {7, kNone, kZero});
  recording.snapshot(20, {8, 5, kZero});
  recording.snapshot(30, {8, kNone, 9});
  for (const looks::Placement placement : kEvery) {
    ImportOptions options;
    options.placement = placement;
    const auto operations = import(recording.load(), options);
    CHECK(operations[0] == input::TimedOperation{seconds(1), input::Begin{MmId{0}, "a"}});
    CHECK(operations[1] ==
          input::TimedOperation{seconds(1), input::Map{{MmId{0}, PageIndex{100}, PageCount{3}}}});
    CHECK(pages_at(operations, seconds(10.003)) == Pages{{{"a", 100}, 7}, {{"a", 102}, 0}});
    CHECK(pages_at(operations, seconds(20.003)) ==
          Pages{{{"a", 100}, 8}, {{"a", 101}, 5}, {{"a", 102}, 0}});
    CHECK(pages_at(operations, seconds(30.003)) == Pages{{{"a", 100}, 8}, {{"a", 102}, 9}});
    CHECK(all<input::Discard>(operations).size() == 1);
  }
}

TEST_CASE("at every read of a page the guests hold what was read") {
  RandomStream random(3, "recordings");
  for (int round = 0; round < 60; ++round) {
    const Recording recording = random_recording(random);
    const Dataset data = recording.load();
    for (const looks::Placement placement : kEvery) {
      ImportOptions options;
      options.placement = placement;
      const auto operations = import(data, options);
      for (const SnapshotInfo& snapshot : data.snapshots) {
        std::uint64_t i = 0;
        for (const Region& region : data.layout_of(snapshot)) {
          for (std::uint64_t p = 0; p < region.count.value; ++p, ++i) {
            const Pages pages = pages_at(operations, read_time(snapshot, i));
            check_page(pages, data.guests[region.guest].name, region.start.value + p,
                       recording.hashes[snapshot.first + i]);
          }
        }
      }
    }
  }
}

TEST_CASE("pages that change at the same time next to each other are one write") {
  Recording recording = one_guest();
  recording.snapshot(10, {7, 8, 9});
  recording.snapshot(20, {5, 5, 5});
  ImportOptions options;
  options.placement = looks::Placement::middle;
  const auto writes = all<input::Write>(import(recording.load(), options));
  REQUIRE(writes.size() == 2);
  CHECK(writes[0].second.contents.each == Hashes{7, 8, 9});
  CHECK(writes[1].first == seconds(15));
  CHECK(writes[1].second.contents == input::Contents{5, 1, {}});
  CHECK(writes[1].second.page_class == ClassId{1});
}

TEST_CASE("a guest ends when its process stopped, or when it is no longer seen") {
  Recording recording;
  recording.guest("stops", 1.0, 14.0);
  recording.guest("vanishes", 1.0);
  recording.guest("stays", 1.0, 30.0);
  recording.layout(json::array({region("stops", "ram", 5, 1), region("vanishes", "ram", 5, 1),
                                region("stays", "ram", 5, 1)}));
  recording.layout(json::array({region("stays", "ram", 5, 1)}));
  recording.snapshot(10, {1, 2, 3});
  recording.snapshot(20, {3}, 1);
  ImportOptions options;
  options.placement = looks::Placement::later;
  const auto ends = all<input::End>(import(recording.load(), options));
  REQUIRE(ends.size() == 3);
  CHECK(ends[0].first == seconds(14));
  CHECK(ends[1].first == seconds(20));
  CHECK(ends[2].first == seconds(30));
}

TEST_CASE("a forced order lets guests begin together, their pages come when they came") {
  Recording recording;
  recording.guest("a", 1.0);
  recording.guest("b", 12.0);
  recording.layout(json::array({region("a", "ram", 5, 1)}));
  recording.layout(json::array({region("a", "ram", 5, 1), region("b", "ram", 5, 1)}));
  recording.snapshot(10, {1});
  recording.snapshot(20, {1, 2}, 1);
  const Dataset data = recording.load();
  ImportOptions options;
  options.order = *parse_guest_order(data, "b,a");
  const auto operations = import(data, options);
  const auto maps = all<input::Map>(operations);
  const auto begins = all<input::Begin>(operations);
  REQUIRE(begins.size() == 2);
  CHECK(begins[0].second.name == "b");
  CHECK(begins[1].second.name == "a");
  REQUIRE(maps.size() == 2);
  CHECK(maps[0].second.range.mm == MmId{0});
  for (const auto& begin : begins) CHECK(begin.first == seconds(1));
  for (const auto& map : maps) CHECK(map.first == seconds(1));
  const auto writes = all<input::Write>(operations);
  REQUIRE(writes.size() == 2);
  CHECK(writes[1].first >= seconds(12));
  // Left to itself, b begins at its own time.
  CHECK(all<input::Begin>(import(data))[1] == std::pair{seconds(12), input::Begin{MmId{1}, "b"}});
}

TEST_CASE(
    "nothing changes while the guests are frozen, and other snapshots of that time are left") {
  Recording recording = one_guest();
  recording.snapshot(10, {1, 1, 1});
  recording.snapshot(20, {2, 1, 1});
  recording.snapshot(30, {2, kZero, 1}, 0, "content");
  recording.snapshot(40, {3, 1, 1});
  recording.meta["frozen"] = {
      {"t_stop", 11}, {"t_cont", 39}, {"snapshot", 1}, {"guests", {"a"}}, {"runs", json::array()}};
  for (const looks::Placement placement : kEvery) {
    ImportOptions options;
    options.placement = placement;
    options.grain = looks::Placer::kNoGrain;
    const auto writes = all<input::Write>(import(recording.load(), options));
    REQUIRE(writes.size() >= 3);
    for (const auto& [at, write] : writes) CHECK((at <= seconds(11) || at >= seconds(39)));
    CHECK(writes.back().second.contents.of(0) == 3);
    CHECK(writes[writes.size() - 2].second.contents.of(0) == 2);
  }
}

TEST_CASE("a page shown as absent in one snapshot and as zeros in the next did not change") {
  Recording recording = one_guest();
  recording.snapshot(10, {kNone, kZero, 1});
  recording.snapshot(20, {kZero, kNone, 1}, 0, "content");
  recording.snapshot(30, {kNone, kZero, 2}, 0, "absent");
  const auto operations = import(recording.load());
  CHECK(all<input::Discard>(operations).empty());
  CHECK(pages_at(operations, seconds(40)) == Pages{{{"a", 101}, 0}, {{"a", 102}, 2}});
}

TEST_CASE("knobs and counters come at their times, or not at all") {
  Recording recording = one_guest();
  recording.meta["fixed_knobs"] = {{"advisor_mode", "[none] scan-time"}};
  recording.knob(0.5, "run", 1);
  recording.knob(12, "smart_scan", true);
  recording.counters = "t,pages_shared,g_profit\n0.500,1,\n15.000,2,-3\n";
  recording.snapshot(10, {1, 1, 1});
  recording.snapshot(20, {1, 1, 1});
  const Dataset data = recording.load();
  ImportOptions options;
  options.counters = Include::yes;
  auto operations = import(data, options);
  using Knobs = std::vector<std::pair<Time, input::SetKnob>>;
  CHECK(all<input::SetKnob>(operations) == Knobs{{kStart, {"advisor_mode", "none"}},
                                                 {seconds(0.5), {"run", "1"}},
                                                 {seconds(12), {"smart_scan", "1"}}});
  const auto rows = all<input::HostCounters>(operations);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].second.values.size() == 1);
  CHECK(rows[1] ==
        std::pair{seconds(15), input::HostCounters{{{"pages_shared", 2}, {"g_profit", -3}}}});
  options.counters = options.knobs = Include::no;
  operations = import(data, options);
  CHECK(all<input::SetKnob>(operations).empty());
  CHECK(all<input::HostCounters>(operations).empty());
}

TEST_CASE("a part of a recording begins with the state of its first snapshot") {
  Recording recording = one_guest();
  recording.knob(2, "run", 0);
  recording.knob(3, "run", 1);
  recording.knob(35, "run", 2);
  recording.snapshot(10, {1, 1, 1});
  recording.snapshot(20, {2, 2, 2});
  recording.snapshot(30, {3, 3, 3});
  recording.snapshot(40, {4, 4, 4});
  ImportOptions options;
  options.from = seconds(15);
  options.until = seconds(32);
  options.placement = looks::Placement::later;
  const auto operations = import(recording.load(), options);
  CHECK(operations.front() == input::TimedOperation{seconds(20), input::SetKnob{"run", "1"}});
  CHECK(pages_at(operations, seconds(20)) ==
        Pages{{{"a", 100}, 2}, {{"a", 101}, 2}, {{"a", 102}, 2}});
  CHECK(operations.back().at <= seconds(32));
  CHECK(pages_at(operations, seconds(32)).at({"a", 101}) == 3);
  CHECK(all<input::SetKnob>(operations).size() == 1);
  options.from = seconds(41);
  CHECK(!import_recording(recording.load(), options, Kept{}.sink()).ok());
}

TEST_CASE("a guest that ran before the recording holds from its start what is seen first") {
  Recording recording;
  recording.guest("before", -30.0);
  recording.guest("during", 2.0);
  recording.guest("unknown");
  recording.layout(json::array({region("before", "ram", 5, 3), region("during", "ram", 5, 1),
                                region("unknown", "ram", 5, 1)}));
  recording.snapshot(10, {7, kNone, kZero, 8, 9});
  recording.snapshot(20, {6, 5, kZero, 8, 9});
  // The growth of its resident size says when pages came, but not of those that were there.
  recording.counters = "t,before_rss_pages\n0,100\n5,200\n12,300\n19,400\n";
  for (const looks::Placement placement : kEvery) {
    ImportOptions options;
    options.placement = placement;
    const auto operations = import(recording.load(), options);
    CHECK(operations[0] == input::TimedOperation{kStart, input::Begin{MmId{0}, "before"}});
    CHECK(operations[1] ==
          input::TimedOperation{kStart, input::Map{{MmId{0}, PageIndex{5}, PageCount{3}}}});
    CHECK(pages_at(operations, kStart) == Pages{{{"before", 5}, 7}, {{"before", 7}, 0}});
    CHECK(pages_at(operations, seconds(10.0)) ==
          Pages{{{"before", 5}, 7}, {{"before", 7}, 0}, {{"during", 5}, 8}, {{"unknown", 5}, 9}});
    CHECK(pages_at(operations, seconds(20.005)).at({"before", 6}) == 5);
    const auto begins = all<input::Begin>(operations);
    REQUIRE(begins.size() == 3);
    CHECK(begins[1].first == seconds(2));
    CHECK(begins[2].first == seconds(10));
  }
}

TEST_CASE("a guest that ran before the recording and is seen late begins after it was not seen") {
  Recording recording;
  recording.guest("late", -30.0);
  recording.guest("a", 1.0);
  recording.layout(json::array({region("a", "ram", 5, 1)}));
  recording.layout(json::array({region("late", "ram", 5, 1), region("a", "ram", 5, 1)}));
  recording.snapshot(10, {1});
  recording.snapshot(20, {2, 1}, 1);
  const Dataset data = recording.load();
  const auto begins = all<input::Begin>(import(data));
  REQUIRE(begins.size() == 2);
  CHECK(begins[1].second.name == "late");
  CHECK(begins[1].first == data.snapshots[0].end);
}

TEST_CASE("what ended before the recording is left out, unless a snapshot shows it") {
  Recording recording = one_guest();
  recording.guest("old", -30.0, -5.0);
  recording.meta["events"] = {{{"t", -5.0}, {"event", "guest-gone"}, {"guest", "old"}}};
  recording.snapshot(10, {1, 1, 1});
  Kept kept;
  const auto report = import_recording(recording.load(), {}, kept.sink());
  REQUIRE(report.ok());
  CHECK(report->guests == 1);
  CHECK(report->left_out == std::vector<std::string>{"old"});
  CHECK(all<input::Begin>(kept.operations).size() == 1);

  recording.layout(json::array({region("a", "ram", 100, 3), region("old", "ram", 5, 1)}));
  recording.snapshot(20, {1, 1, 1, 2}, 1);
  const auto data = load_dataset(recording.files());
  REQUIRE(!data.ok());
  CHECK(data.error().text ==
        "meta.json: snapshots[1].layout: it has guest 'old', whose t_stop is before the recording "
        "began");
}

TEST_CASE("knobs that were turned before the recording are so when it begins") {
  Recording recording = one_guest();
  recording.knob(-9, "pages_to_scan", 100);
  recording.knob(-8, "run", 1);
  recording.knob(-7, "pages_to_scan", 600);
  recording.knob(12, "pages_to_scan", 900);
  recording.snapshot(10, {1, 1, 1});
  recording.snapshot(20, {1, 1, 1});
  using Knobs = std::vector<std::pair<Time, input::SetKnob>>;
  CHECK(all<input::SetKnob>(import(recording.load())) ==
        Knobs{{kStart, {"run", "1"}},
              {kStart, {"pages_to_scan", "600"}},
              {seconds(12), {"pages_to_scan", "900"}}});
}

TEST_CASE("an error of the sink ends the import") {
  Recording recording = one_guest();
  recording.snapshot(10, {1, 1, 1});
  const auto full = [](const input::TimedOperation&) -> Result<void> { return Error{"full"}; };
  const auto report = import_recording(recording.load(), {}, full);
  REQUIRE(!report.ok());
  CHECK(report.error().text == "full");
}

TEST_CASE("the header names guests, regions and the roles of regions as classes") {
  Recording recording = one_guest();
  recording.layout(json::array({region("a", "ram", 100, 3), region("a", "rom", 200, 1)}));
  const auto header = make_header(recording.load(), Numbering::ranks);
  REQUIRE(header.ok());
  CHECK(check_header(*header).ok());
  CHECK(header->classes == std::vector<std::string>{"unknown", "ram", "rom"});
  CHECK(header->guests == std::vector<traces::Guest>{{"a"}});
  CHECK(header->regions.size() == 2);
}
