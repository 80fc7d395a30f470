#include "viz/result_json.hpp"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "tests/viz/made_up_result.hpp"

namespace ksmsim::viz {
namespace {

using Texts = std::initializer_list<const char*>;

std::string error_of(const std::string& text) {
  const auto result = parse_result_json(text);
  if (result) return "";
  CHECK(result.error().text.find('\n') == std::string::npos);
  return result.error().text;
}
// The text of the made-up result with a piece of it replaced.
std::string with(const std::string& piece, const std::string& by) {
  std::string text = result_json(made_up_result());
  const auto at = text.find(piece);
  REQUIRE(at != std::string::npos);
  return text.replace(at, piece.size(), by);
}
constexpr const char* kChanged = "the result was changed: its digest does not fit";

}  // namespace

TEST_CASE("a result that is written and read back is the same") {
  const auto result = made_up_result();
  const auto back = parse_result_json(result_json(result));
  REQUIRE(back);
  CHECK(*back == result);
  CHECK(result_json(*back) == result_json(result));
}

TEST_CASE("extreme numbers survive the way to JSON and back") {
  results::RunResult result = made_up_result();
  result.samples[1].at_ns = std::numeric_limits<std::int64_t>::max();
  result.samples[1].counters.pages_shared = std::numeric_limits<std::int64_t>::min();
  result.digest = results::digest_of(result);
  const auto back = parse_result_json(result_json(result));
  REQUIRE(back);
  CHECK(*back == result);
}

TEST_CASE("texts of any bytes survive the way to JSON and back") {
  for (const std::string text :
       Texts{"quote \" \\ \x01 \x7f", "\xc3\xa4", "\xff\xfe", "a\xc3", ""}) {
    results::RunResult result = made_up_result();
    result.guests[0].name = text;
    result.events[0].text = text;
    result.configuration[0].second = text;
    result.observed[0].values[0].first = text;
    result.digest = results::digest_of(result);
    const auto back = parse_result_json(result_json(result));
    REQUIRE(back);
    CHECK(*back == result);
  }
}

TEST_CASE("the course of memory and the radii at the largest saving come back without loss") {
  results::RunResult result = made_up_result();
  result.storm.at_ns = 100;
  result.storm.available_kb = 17;
  result.peak_storm = result.storm;
  result.peak_storm->saved_pages = 333;
  std::int64_t number = 1;
  results::for_each_course_number(result.memory.emplace(),
                                  [&](const char*, std::int64_t& v) { v = number++; });
  const auto back = parse_result_json(result_json(result));
  REQUIRE(back);
  CHECK(*back == result);
}

TEST_CASE("a reason that came later is in the digest where it occurs, and only there") {
  results::RunResult result = made_up_result();
  result.duplicates.unmerged_pages[6] = 1;
  CHECK(results::digest_of(result) != result.digest);
  const auto six = results::digest_of(result);
  result.duplicates.unmerged_pages[6] = 0;
  CHECK(results::digest_of(result) == result.digest);
  result.duplicates.unmerged_pages[7] = 1;
  CHECK(results::digest_of(result) != six);
}

TEST_CASE("a result of a program that knew neither rows nor storms is read") {
  results::RunResult result = made_up_result();
  std::string text = result_json(result);
  const auto apart = text.find("\"duplicate_rows\"");
  text.erase(apart, text.find("\"digest\"") - apart);
  const std::string later = ",\"KSM switched off\":0";
  REQUIRE(text.find(later) != std::string::npos);
  text.erase(text.find(later), later.size());
  const auto back = parse_result_json(text);
  REQUIRE(back);
  result.duplicates.classes.clear();
  result.duplicates.guests.clear();
  result.storm = {};
  for (results::Sample& sample : result.samples) sample.run = sample.sleep_millisecs = 0;
  CHECK(*back == result);
}

TEST_CASE("a changed value does not fit the digest") {
  CHECK(error_of(with("\"pages_to_scan\",\"100\"", "\"pages_to_scan\",\"101\"")) == kChanged);
  CHECK(error_of(with("[100000000000,3,2100,", "[100000000000,3,2101,")) == kChanged);
  CHECK(error_of(with("\"run = 1\"", "\"run = 2\"")) == kChanged);
  CHECK(error_of(with("\"possible_pages\":400", "\"possible_pages\":401")) == kChanged);
  CHECK(error_of(with("\"ksm_process_profit\":-17", "\"ksm_process_profit\":-18")) == kChanged);
}

TEST_CASE("no single digit that is part of the digest can be changed unnoticed") {
  const std::string text = result_json(made_up_result());
  const auto observed = text.find("\"observed\"");
  const auto observed_end = text.find("\"guests\"");
  const auto columns = text.find("\"sample_columns\"");
  const auto columns_end = text.find("\"samples\"");
  const auto apart = text.find("\"duplicate_rows\"");
  const auto apart_end = text.find("\"digest\"");
  int changed = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') continue;
    if (i > apart && i < apart_end) continue;
    if ((i > observed && i < observed_end) || (i > columns && i < columns_end)) continue;
    std::string copy = text;
    copy[i] = text[i] == '7' ? '3' : '7';
    INFO("byte " << i);
    CHECK(error_of(copy) != "");
    ++changed;
  }
  CHECK(changed > 100);
}

TEST_CASE("another version, another format and what is no JSON are told apart") {
  CHECK(error_of(with("\"version\":1", "\"version\":2")) ==
        "a result of version 2, this program reads 1");
  CHECK(error_of(with("\"version\":1", "\"version\":\"one\"")) ==
        "a result of version \"one\", this program reads 1");
  CHECK(error_of(with("ksmsim-result", "ksmsim-other")) == "not a result of ksmsim");
  for (const std::string text :
       Texts{"", "digest  0123", "{", "[]", "null", "{}", "7", "\"x\"", "\xff\xfe", "\n\n",
             "{\"format\":7}", "{\"format\":\"ksmsim-result\"}"}) {
    INFO(text);
    CHECK(error_of(text).starts_with("not a result of ksmsim"));
  }
  CHECK(error_of(std::string(1'000'000, '[')) != "");
}

TEST_CASE("wrong types, missing and huge values are errors, wherever they stand") {
  const std::vector<std::pair<std::string, std::string>> damage{
      {"\"samples\":[[0,", "\"samples\":[[\"0\","},
      {"\"samples\":[[0,", "\"samples\":[[0.5,"},
      {"\"samples\":[[0,", "\"samples\":[[1e300,"},
      {"\"samples\":[[0,", "\"samples\":[[-1e300,"},
      {"\"samples\":[[0,", "\"samples\":[[99999999999999999999,"},
      {"\"samples\":[[0,", "\"samples\":[[18446744073709551615,"},
      {"\"samples\":[[0,", "\"samples\":[[null,"},
      {"\"samples\":[[0,", "\"samples\":[[],[0,"},
      {"\"samples\":[[0,", "\"samples\":[7,[0,"},
      {"\"samples\":[[0,", "\"samples\":[[{},"},
      {"\"events\":[[0,", "\"events\":[[\"0\","},
      {"\"events\":[[0,\"guest a begins\"]", "\"events\":[[0,7]"},
      {"\"events\":[[0,\"guest a begins\"]", "\"events\":[[0]"},
      {"\"name\":\"a\"", "\"name\":[\"a\"]"},
      {"\"name\":\"a\"", "\"name\":[256]"},
      {"\"name\":\"a\",", ""},
      {"\"visits\",2100", "\"visits\",-2100"},
      {"\"visits\",2100", "\"visits\",2100.5"},
      {"\"visits\",2100", "\"visits\",36893488147419103232"},
      {"\"observed\":[[1000000000,", "\"observed\":[[1e99,"},
      {"\"pages_sharing\",-5]", "\"pages_sharing\",-5e99]"},
      {"\"changed too often\":40,", ""},
      {"\"digest\":\"", "\"digest\":\"-"},
      {"\"digest\":\"", "\"digest\":\" "},
      {"\"digest\":\"", "\"digest\":\"0x"},
      {"\"digest\":\"", "\"digest\":\"z"},
      {"\"digest\":\"", "\"digest\":7,\"other\":\""}};
  for (const auto& [piece, by] : damage) {
    INFO(piece << " -> " << by);
    CHECK(error_of(with(piece, by)) != "");
  }
}

TEST_CASE("a result without samples is an error, not a summary of nothing") {
  results::RunResult result = made_up_result();
  result.samples.clear();
  result.digest = results::digest_of(result);
  CHECK(error_of(result_json(result)) == "a result without samples");
}

TEST_CASE("random damage to a result never gets out as an exception") {
  const std::string text = result_json(made_up_result());
  RandomStream random(1, "damage");
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string copy = text;
    const auto at = static_cast<std::size_t>(random.below(copy.size()));
    switch (random.below(3)) {
      case 0:
        copy[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        copy.erase(at, 1 + static_cast<std::size_t>(random.below(20)));
        break;
      default:
        copy.resize(at);
        break;
    }
    refused += !parse_result_json(copy).ok();
  }
  CHECK(refused > 2000);
}

}  // namespace ksmsim::viz
