#include "viz/result_json.hpp"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
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
constexpr const char* kChanged = "digest: does not fit the rest: the file was changed";

}  // namespace

TEST_CASE("a result that is written and read back is the same") {
  const auto result = made_up_result();
  const auto back = parse_result_json(result_json(result));
  REQUIRE(back);
  CHECK(*back == result);
  CHECK(result_json(*back) == result_json(result));
}

TEST_CASE("every field of a result comes back, with all optional parts and every kind of event") {
  const auto result = full_result();
  const auto back = parse_result_json(result_json(result));
  REQUIRE(back);
  CHECK(*back == result);
  // What nobody filled would be equal as well.
  for_each_field(result, [](const char* name, const auto& field) {
    INFO(name);
    CHECK_FALSE(field == std::remove_cvref_t<decltype(field)>{});
  });
  CHECK(result.events.size() == std::variant_size_v<results::Happening>);
}

TEST_CASE("every field is in a digest: the run's, or that of all") {
  const auto result = full_result();
  for_each_field(result, [&result](std::string_view name, const auto& field) {
    INFO(name);
    results::RunResult changed = result;
    for_each_field(changed, [name](std::string_view other, auto& member) {
      if (other == name) member = {};
    });
    (void)field;
    const bool beside = name == "provenance" || name == "scenario" || name == "observed" ||
                        name == "lives" || name == "digest";
    CHECK((results::digest_of(changed) == results::digest_of(result)) == beside);
    CHECK(results::digest_of_all(changed) != results::digest_of_all(result));
  });
}

TEST_CASE("what says the same in another place has another digest") {
  results::RunResult one, other;
  one.kept_knobs = {{"run", "1"}};
  other.configuration = {{"run", "1"}};
  CHECK(results::digest_of(one) != results::digest_of(other));
  one = other = {};
  one.events = {{0, results::GuestBegan{"a"}}};
  other.events = {{0, results::GuestEnded{"a"}}};
  CHECK(results::digest_of(one) != results::digest_of(other));
}

TEST_CASE("extreme numbers survive the way to JSON and back") {
  results::RunResult result = made_up_result();
  result.samples.back().at_ns = std::numeric_limits<std::int64_t>::max();
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
    result.events[0].what = results::GuestBegan{text};
    result.configuration[0].second = text;
    result.observed[0].values[0].first = text;
    result.digest = results::digest_of(result);
    const auto back = parse_result_json(result_json(result));
    REQUIRE(back);
    CHECK(*back == result);
  }
}

TEST_CASE("a changed value does not fit the digest") {
  CHECK(error_of(with("\"pages_to_scan\",\"100\"", "\"pages_to_scan\",\"101\"")) == kChanged);
  CHECK(error_of(with("[100000000000,3,2100,", "[100000000000,3,2101,")) == kChanged);
  CHECK(error_of(with("\"knob\":\"run\",\"value\":\"1\"", "\"knob\":\"run\",\"value\":\"2\"")) ==
        kChanged);
  CHECK(error_of(with("\"possible_pages\":400", "\"possible_pages\":401")) == kChanged);
  CHECK(error_of(with("\"ksm_process_profit\":-17", "\"ksm_process_profit\":-18")) == kChanged);
}

TEST_CASE("no single digit can be changed unnoticed") {
  const std::string text = result_json(full_result());
  int changed = 0;
  for (std::size_t i = 0; i < text.size(); i += 3) {  // Each third byte, for time's sake.
    if (text[i] < '0' || text[i] > '9') continue;
    std::string copy = text;
    copy[i] = text[i] == '7' ? '3' : '7';
    INFO("byte " << i);
    CHECK(error_of(copy) != "");
    ++changed;
  }
  CHECK(changed > 100);
}

TEST_CASE("another version, another format and what is no JSON are told apart") {
  const std::string version = "version: should be 2: the results that this program reads";
  CHECK(error_of(with("\"version\":2", "\"version\":1")) == version);
  CHECK(error_of(with("\"version\":2", "\"version\":\"two\"")) == version);
  CHECK(error_of(with("ksmsim-result", "ksmsim-other")) ==
        "no result of ksmsim: format should be ksmsim-result");
  for (const std::string text : Texts{"", "digest  0123", "{", "[]", "null", "{}", "7", "\"x\"",
                                      "\xff\xfe", "\n\n", "{\"format\":7}"}) {
    INFO(text);
    CHECK(error_of(text).starts_with("no result of ksmsim"));
  }
  CHECK(error_of("{\"format\":\"ksmsim-result\"}") == "version: is missing");
  CHECK(error_of(std::string(1'000'000, '[')) != "");
}

TEST_CASE("wrong types, missing and huge values are errors, wherever they stand") {
  const std::vector<std::pair<std::string, std::string>> damage{
      {"\"rows\":[[0,", "\"rows\":[[\"0\","},
      {"\"rows\":[[0,", "\"rows\":[[0.5,"},
      {"\"rows\":[[0,", "\"rows\":[[1e300,"},
      {"\"rows\":[[0,", "\"rows\":[[-1e300,"},
      {"\"rows\":[[0,", "\"rows\":[[99999999999999999999,"},
      {"\"rows\":[[0,", "\"rows\":[[18446744073709551615,"},
      {"\"rows\":[[0,", "\"rows\":[[null,"},
      {"\"rows\":[[0,", "\"rows\":[[],[0,"},
      {"\"rows\":[[0,", "\"rows\":[7,[0,"},
      {"\"rows\":[[0,", "\"rows\":[[{},"},
      {"{\"at_ns\":0,\"what\"", "{\"at_ns\":\"0\",\"what\""},
      {"{\"at_ns\":0,\"what\"", "{\"what\""},
      {"\"kind\":\"guest_began\"", "\"kind\":\"guest_came\""},
      {"\"kind\":\"guest_began\"", "\"kind\":7"},
      {"\"kind\":\"guest_began\"", "\"kind\":\"guest_began\",\"more\":1"},
      {"\"advisor_mode\":\"none\"", "\"advisor_mode\":\"some\""},
      {"\"use_zero_pages\":false", "\"use_zero_pages\":0"},
      {"\"columns\":[\"at_ns\",\"full_scans\"", "\"columns\":[\"full_scans\",\"at_ns\""},
      {"\"unmerged_pages\":[40,", "\"unmerged_pages\":["},
      {"\"host\":null", "\"host\":{}"},
      {"\"name\":\"a\"", "\"name\":[\"a\"]"},
      {"\"name\":\"a\"", "\"name\":[256]"},
      {"\"name\":\"a\",", ""},
      {"\"visits\",2100", "\"visits\",-2100"},
      {"\"visits\",2100", "\"visits\",2100.5"},
      {"\"visits\",2100", "\"visits\",36893488147419103232"},
      {"\"at_ns\":1000000000,", "\"at_ns\":1e99,"},
      {"\"pages_sharing\",-5]", "\"pages_sharing\",-5e99]"},
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

TEST_CASE("an error says the field and what would be right") {
  CHECK(error_of(with("\"rows\":[[0,", "\"rows\":[[0.5,")) ==
        "samples.rows[0][0]: should be a whole number from -9223372036854775808 to "
        "9223372036854775807");
  CHECK(error_of(with("\"smart_scan\":true", "\"smart_scan\":\"yes\"")) ==
        "knobs.smart_scan: should be true or false");
  CHECK(error_of(with("\"hold\":\"by_hand\"", "\"hold\":\"by_foot\"")) ==
        "controller.pages.hold: should be one of by_hand, constant, entry, at_limit");
  CHECK(error_of(with("\"cause\":\"update\",", "")) == "break_causes[0].cause: is missing");
}

TEST_CASE("counts of lives that are none are refused, and do no harm") {
  results::RunResult result = full_result();
  std::string text = result_json(result);
  const std::string total = "\"total\":11";
  REQUIRE(text.find(total) != std::string::npos);
  text.replace(text.find(total), total.size(), "\"total\":12");
  CHECK(error_of(text) == "lives.ended: should be counts from 0 on, and their total");
}

TEST_CASE("samples that go back in time are refused") {
  results::RunResult result = made_up_result();
  std::swap(result.samples[1], result.samples[2]);
  result.digest = results::digest_of(result);
  CHECK(error_of(result_json(result)) == "samples.rows[2][0]: is earlier than the row before");
}

TEST_CASE("a result without samples is an error, not a summary of nothing") {
  results::RunResult result = made_up_result();
  result.samples.clear();
  result.digest = results::digest_of(result);
  CHECK(error_of(result_json(result)) == "samples.rows: should be a list of one row at least");
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
