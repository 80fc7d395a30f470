#include <unistd.h>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/snapshots/made_up.hpp"
#include "traces/snapshots/counters.hpp"
#include "traces/snapshots/page_reader.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::snapshots;
using namespace ksmsim::traces::snapshots::made_up;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// Every field that is read, once.
Recording full() {
  Recording recording;
  recording.guest("a", 1.0, 50.0);
  recording.layout(json::array({region("a", "ram", 100, 2), region("a", "rom", 102, 1)}));
  recording.knob(0.5, "run", 1);
  recording.snapshot(10, {1, 2, 3});
  recording.snapshot(20, {1, 2, 4}, 0, "absent", "frozen");
  recording.meta["host"] = {{"kernel", "6.18"}};
  recording.meta["fixed_knobs"] = {{"merge_across_nodes", 1}};
  recording.meta["events"] = {{{"t", 1.0}, {"event", "guest-start"}, {"guest", "a"}}};
  recording.meta["phases"] = {{{"t", 1.0}, {"name", "settled"}, {"pages_shared", 1}}};
  recording.meta["frozen"] = {{"t_stop", 15},
                              {"t_cont", 25},
                              {"snapshot", 1},
                              {"scan_order", {"a"}},
                              {"runs",
                               {{{"name", "plain"},
                                 {"knobs", {{"run", 1}}},
                                 {"start", {{"t", 16}, {"pages_scanned", 0}}},
                                 {"passes", {{{"t", 17}, {"pages_scanned", 3}}}}}}}};
  return recording;
}

Result<Dataset> load(const json& meta) {
  auto files = full().files();
  files->put("meta.json", meta.dump());
  return load_dataset(files);
}

std::string error_of(const json& meta) {
  const auto data = load(meta);
  REQUIRE(!data.ok());
  CHECK(data.error().text.find('\n') == std::string::npos);
  CHECK_THAT(data.error().text, StartsWith("meta.json: "));
  return data.error().text;
}

// Loads, imports and reads everything; whatever is wrong has to be an Error of one line.
void use_all(std::shared_ptr<const Files> files) {
  const auto check = [](const auto& result) {
    if (!result.ok()) {
      CHECK(!result.error().text.empty());
      CHECK(result.error().text.find('\n') == std::string::npos);
    }
  };
  const auto data = load_dataset(std::move(files));
  check(data);
  if (!data) return;
  Kept kept;
  ImportOptions options;
  options.counters = Include::yes;
  options.contents = Numbering::ranks;
  check(import_recording(*data, options, kept.sink()));
}

}  // namespace

TEST_CASE("a data set with every field loads") {
  const Dataset data = full().load();
  CHECK(data.frozen->runs.size() == 1);
  CHECK(data.events.size() == 1);
  CHECK(data.phases.size() == 1);
  CHECK(*find_snapshot(data, "frozen") == 1);
  CHECK(*find_snapshot(data, "0") == 0);
  CHECK(!find_snapshot(data, "7").ok());
  CHECK(!find_snapshot(data, "").ok());
  CHECK(*parse_guest_order(data, "recorded") == std::vector<std::uint32_t>{0});
  CHECK(!parse_guest_order(data, "a,a").ok());
  CHECK(!parse_guest_order(data, "").ok());
  CHECK(!parse_guest_order(data, "a,").ok());
}

TEST_CASE("a field that is missing is named") {
  for (const char* field : {"/format",
                            "/page_size",
                            "/guests",
                            "/guests/0/name",
                            "/knobs/0/t",
                            "/knobs/0/knob",
                            "/knobs/0/value",
                            "/events/0/t",
                            "/events/0/event",
                            "/phases/0/t",
                            "/phases/0/name",
                            "/layouts",
                            "/layouts/0/1/guest",
                            "/layouts/0/1/page",
                            "/layouts/0/1/pages",
                            "/snapshots",
                            "/snapshots/1/n",
                            "/snapshots/1/t",
                            "/snapshots/1/t_end",
                            "/snapshots/1/layout",
                            "/snapshots/1/pages",
                            "/snapshots/1/file",
                            "/snapshots/1/first",
                            "/frozen/t_stop",
                            "/frozen/snapshot",
                            "/frozen/runs",
                            "/frozen/runs/0/name",
                            "/frozen/runs/0/knobs",
                            "/frozen/runs/0/start",
                            "/frozen/runs/0/passes",
                            "/frozen/runs/0/passes/0/t"}) {
    INFO(field);
    json meta = full().meta;
    const json::json_pointer pointer(field);
    REQUIRE(meta.contains(pointer));
    meta[pointer.parent_pointer()].erase(pointer.back());
    CHECK_THAT(error_of(meta), Contains(pointer.back()) && Contains("is missing"));
  }
}

TEST_CASE("a field with a value that cannot be is named") {
  const std::vector<std::tuple<const char*, json, const char*>> cases = {
      {"/format", "ksm-guests-2", "format"},
      {"/page_size", 16384, "page_size: not 4096"},
      {"/guests/0/name", "two words", "guests[0].name"},
      {"/guests/0/t_stop", 0.5, "guests[0].t_stop: before t_start"},
      {"/guests/0/t_start", -1e300, "guests[0].t_start"},
      {"/guests/0/t_stop", -1, "guests[0].t_stop: before t_start"},
      {"/guests", json::object(), "guests: object, not a list"},
      {"/guests/0", 5, "guests[0]"},
      {"/knobs/0/t_done", 0.1, "knobs[0].t_done"},
      {"/knobs/0/value", json::array(), "knobs[0].value"},
      {"/layouts/0/1/guest", "b", "layouts[0][1].guest: no guest is named 'b'"},
      {"/layouts/0/1/page", 101, "layouts[0][1].page"},
      {"/layouts/0/1/page", std::uint64_t{1} << 36, "layouts[0][1].page"},
      {"/layouts/0/1/pages", 0, "layouts[0][1].pages"},
      {"/layouts/0/1/pages", -1, "layouts[0][1].pages"},
      {"/layouts/0/1/pages", 1.5, "layouts[0][1].pages"},
      {"/layouts/0/1/pages", std::uint64_t{1} << 63, "layouts[0][1].pages"},
      {"/snapshots/1/layout", 1, "snapshots[1].layout: 1 of 1 layouts"},
      {"/snapshots/1/pages", 4, "snapshots[1].pages: 4, where its layout has 3"},
      {"/snapshots/1/t", 10.001, "snapshots[1].t"},
      {"/snapshots/1/t", 1e300, "snapshots[1].t"},
      {"/snapshots/1/t", "soon", "snapshots[1].t"},
      {"/snapshots/0/t", -1, "snapshots[0].t: not a number of seconds from 0"},
      {"/snapshots/1/t_end", 19, "snapshots[1].t_end: before t"},
      {"/snapshots/1/n", 0, "snapshots[1].n"},
      {"/snapshots/1/first", std::uint64_t{1} << 63, "snapshots[1].first"},
      {"/snapshots/1/zero_page_as", "red", "snapshots[1].zero_page_as"},
      {"/phases/0/pages_shared", 1.5, "phases[0].pages_shared"},
      {"/phases/0/pages_shared", std::uint64_t{1} << 63, "phases[0].pages_shared"},
      {"/frozen/snapshot", 2, "frozen.snapshot: no snapshot has the number 2"},
      {"/frozen/snapshot", 0, "frozen.snapshot"},
      {"/frozen/t_cont", 3, "frozen.t_cont: before t_stop"},
      {"/frozen/scan_order", {"b"}, "frozen.scan_order[0]: no guest is named 'b'"},
      {"/frozen/scan_order", {"a", "a"}, "comes twice"},
      {"/frozen/runs/0/passes/0/pages_scanned", "\n", ""},
  };
  for (const auto& [field, value, said] : cases) {
    INFO(field << " " << value);
    json meta = full().meta;
    meta[json::json_pointer(field)] = value;
    if (*said == '\0') {
      CHECK(load(meta).ok());  // Text is no counter.
    } else {
      CHECK_THAT(error_of(meta), Contains(said));
    }
  }
}

TEST_CASE("whatever stands in a field, loading and importing end with success or one line") {
  const json original = full().meta;
  const std::vector<json> values = {nullptr,
                                    true,
                                    -1,
                                    0,
                                    1e18,
                                    1.5,
                                    std::uint64_t{1} << 63,
                                    "",
                                    "\n\"",
                                    json::array(),
                                    json::array({1}),
                                    json::object(),
                                    json::object({{"a", 1}})};
  const json flat = original.flatten();
  for (const auto& [path, unused] : flat.items()) {
    // The field and everything that it is in.
    for (json::json_pointer at(path); !at.empty(); at = at.parent_pointer()) {
      for (const json& value : values) {
        INFO(at.to_string() << " " << value);
        json meta = original;
        meta[at] = value;
        auto files = full().files();
        files->put("meta.json", meta.dump());
        use_all(files);
      }
    }
  }
}

TEST_CASE("text that is not JSON is reported with its byte") {
  auto files = full().files();
  files->put("meta.json", "{\"format\": ksm}");
  CHECK(load_dataset(files).error().text == "meta.json: byte 12: not JSON");
  files->put("meta.json", "{\"page_size\": 1e999}");
  CHECK_THAT(load_dataset(files).error().text, StartsWith("meta.json: "));
  files->put("meta.json", std::string(17u << 20, ' '));
  CHECK(load_dataset(files).error().text == "meta.json: larger than 16 MiB");
  CHECK(load_dataset(std::make_shared<FilesInMemory>()).error().text ==
        "meta.json: there is no such file");
}

TEST_CASE("page files that are cut off, damaged or too short are reported by name") {
  const Dataset data = full().load();
  const std::string whole = packed(full().hashes);
  const auto read = [&](std::string bytes) {
    auto files = std::make_shared<FilesInMemory>();
    files->put("snap.zst", std::move(bytes));
    return PageReader(files).read(data.snapshots[1]);
  };
  REQUIRE(read(whole).ok());
  CHECK(*read(whole) == Hashes{1, 2, 4});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto hashes = read(whole.substr(0, size));
    REQUIRE(!hashes.ok());
    CHECK_THAT(hashes.error().text, StartsWith("'snap.zst': "));
  }
  CHECK(!read("this is not zstd").ok());
  CHECK_THAT(read(packed({1, 2, 3, 1, 2})).error().text,
             Contains("40 bytes unpacked") && Contains("snapshot 1 end at byte 48"));
  CHECK_THAT(read(packed({1, 2})).error().text, Contains("snapshot 1 begins at byte 24"));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int bit : {1, 16, 128}) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ bit);
      (void)read(flipped);  // Other hashes or an Error, but it returns.
    }
  }
}

TEST_CASE("a page reader goes back as well as forth") {
  const Dataset data = full().load();
  PageReader reader(data.files);
  CHECK(*reader.read(data.snapshots[1]) == Hashes{1, 2, 4});
  CHECK(*reader.read(data.snapshots[0]) == Hashes{1, 2, 3});
  CHECK(*reader.read(data.snapshots[1]) == Hashes{1, 2, 4});
}

TEST_CASE("a damaged counters.csv is reported with its line") {
  const auto error = [](const std::string& text) {
    Recording recording = full();
    recording.counters = text;
    const auto rows = read_counters(recording.load());
    REQUIRE(!rows.ok());
    return rows.error().text;
  };
  CHECK(error("") == "counters.csv: line 1: the first column is not named t");
  CHECK(error("time,a\n") == "counters.csv: line 1: the first column is not named t");
  CHECK_THAT(error("t,a,,b\n"), StartsWith("counters.csv: line 1: a column without a name"));
  CHECK_THAT(error("t,a\n1,2\n1\n"), StartsWith("counters.csv: line 3: 1 columns"));
  CHECK_THAT(error("t,a\n1,2,3\n"), StartsWith("counters.csv: line 2: 3 columns"));
  CHECK_THAT(error("t,a\n1,x\n"), StartsWith("counters.csv: line 2: 'a' is not"));
  CHECK_THAT(error("t,a\n1,99999999999999999999\n"), StartsWith("counters.csv: line 2: 'a'"));
  CHECK_THAT(error("t,a\nnan,1\n"), StartsWith("counters.csv: line 2: t is not"));
  CHECK_THAT(error("t,a\n-1,1\n"), StartsWith("counters.csv: line 2: t is not"));
  CHECK_THAT(error("t,a\n2,1\n1,1\n"), StartsWith("counters.csv: line 3: t is before"));
  CHECK_THAT(error("t,a\n1,1"), StartsWith("counters.csv: line 2: truncated"));
  CHECK_THAT(error("t," + std::string(2u << 20, 'a')), StartsWith("counters.csv: line 1: longer"));
}

TEST_CASE("a data set in a directory loads, and leads nowhere else") {
  namespace fs = std::filesystem;
  const fs::path place =
      fs::temp_directory_path() / ("ksmsim-snapshots-" + std::to_string(getpid()));
  fs::create_directories(place / "set");
  const auto put = [&place](const std::string& name, const std::string& bytes) {
    std::ofstream(place / name, std::ios::binary) << bytes;
  };
  Recording recording = full();
  put("set/meta.json", recording.meta.dump());
  put("set/snap.zst", packed(recording.hashes));
  put("outside.zst", packed(recording.hashes));
  const std::string directory = (place / "set").string();
  const auto data = load_dataset(directory);
  REQUIRE(data.ok());
  CHECK(*PageReader(data->files).read(data->snapshots[0]) == Hashes{1, 2, 3});
  for (const char* name : {"../outside.zst", "", ".", "..", "/etc/passwd", "missing.zst"}) {
    INFO(name);
    recording.meta["snapshots"][0]["file"] = name;
    put("set/meta.json", recording.meta.dump());
    const auto leads = load_dataset(directory);
    REQUIRE(leads.ok());
    CHECK(!PageReader(leads->files).read(leads->snapshots[0]).ok());
  }
  CHECK(!load_dataset((place / "nowhere").string()).ok());
  fs::remove_all(place);
}
