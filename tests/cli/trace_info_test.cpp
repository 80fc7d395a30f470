#include "cli/trace_info.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/traces/forge.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using Catch::Contains;

namespace {

TraceSummary summary_of(const TraceHeader& header, const forge::Operations& operations) {
  auto reader = TraceReader::open(forge::stream_of(*forge::write(header, operations)));
  REQUIRE(reader.ok());
  auto summary = summarise(*reader);
  REQUIRE(summary.ok());
  return *summary;
}

const input::PageRange kRange{MmId{0}, PageIndex{0}, PageCount{512}};

forge::Operations two_guests() {
  using namespace input;
  return {{kStart, Begin{MmId{0}, "a"}},
          {kStart, Map{kRange}},
          {at_nanoseconds(1), Write{kRange, {.first = 0, .period = 2, .each = {}}, ClassId{1}}},
          {at_nanoseconds(2), Fork{MmId{0}, MmId{1}, "b"}},
          {at_nanoseconds(3), Unmap{{MmId{1}, PageIndex{0}, PageCount{12}}}},
          {at_nanoseconds(1'500'000'000), End{MmId{0}}}};
}

}  // namespace

TEST_CASE("a summary counts operations, pages, zero pages and what is mapped at one time") {
  const auto summary = summary_of(forge::full_header(), two_guests());
  CHECK(summary.address_spaces == 2);
  CHECK(summary.mapped_pages_most == 1024);
  CHECK(summary.zero_pages_written == 256);
  CHECK(summary.class_pages == std::vector<std::uint64_t>{0, 512, 0});
  CHECK(summary.kinds.size() == 6);
  CHECK(summary.good.operations == 6);
}

TEST_CASE("info says what a trace holds, one thing a line") {
  const auto header = forge::full_header();
  const std::string text = cli::info_text(header, summary_of(header, two_guests()), 0x1234);
  CHECK_THAT(text, Contains("XXH3 0000000000001234\n"));
  CHECK_THAT(text, Contains("time        0 s to 1.5 s\n"));
  CHECK_THAT(text, Contains("most that is mapped at one time: 1024 pages (4.0 MiB)\n"));
  CHECK_THAT(text, Contains("kernel text: 512 pages (2.0 MiB) written\n"));
  CHECK_THAT(text, Contains("notes       two lines and a \\ and  \n"));
}

TEST_CASE("info as JSON has the same numbers") {
  const auto header = forge::full_header();
  const auto json =
      nlohmann::json::parse(cli::info_json(header, summary_of(header, two_guests()), 0x1234));
  CHECK(json["xxh3"] == "0000000000001234");
  CHECK(json["last_ns"] == 1'500'000'000);
  CHECK(json["operations"] == 6);
  CHECK(json["kinds"]["write"]["pages"] == 512);
  CHECK(json["regions"][0]["role"] == "ram");
  CHECK(json["notes"] == header.notes);
}

TEST_CASE("JSON of names that are no UTF-8 is still JSON") {
  TraceHeader header;
  header.guests = {{"\xff\xfe"}};
  const auto json = nlohmann::json::parse(cli::info_json(header, summary_of(header, {}), 0));
  CHECK(json["guests"].size() == 1);
}
