#include "viz/result_csv.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/viz/made_up_result.hpp"
#include "viz/lockstep_rows.hpp"

namespace ksmsim::viz {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

}  // namespace

TEST_CASE("the CSV has a column for every counter and every truth, by the one list of each") {
  std::vector<std::string> wanted{"seconds"};
  for_each_shown(ksm::Counters{},
                 [&](const char* name, std::int64_t) { wanted.emplace_back(name); });
  for (const char* name : {"run", "pages_to_scan", "sleep_millisecs", "passes", "ksmd_cpu_ns"}) {
    wanted.emplace_back(name);
  }
  const results::Truth truth;
  for_each_field(truth, [&](const char* name, std::int64_t) { wanted.emplace_back(name); });
  wanted.emplace_back("saved_bytes");
  CHECK(split(split(result_csv(made_up_result()), '\n')[0], ',') == wanted);
}

TEST_CASE("the CSV has a row for every sample, with what the sample says") {
  const auto result = made_up_result();
  const auto rows = split(result_csv(result), '\n');
  REQUIRE(rows.size() == result.samples.size() + 1);
  CHECK(rows.back() ==
        "100.000000000,3,2100,50,150,75,11,60,1,2,900,625,802560,"
        "1,100,20,7,8000000000,1000,200,60,4096,310,300,12,815104");
  const auto columns = split(rows[0], ',').size();
  for (const std::string& row : rows) CHECK(split(row, ',').size() == columns);
}

TEST_CASE("seconds in the CSV are exact to the nanosecond") {
  results::RunResult result;
  result.samples.resize(2);
  result.samples[1].at_ns = 12'000'000'345;
  const auto rows = split(result_csv(result), '\n');
  CHECK(rows[1].starts_with("0.000000000,"));
  CHECK(rows[2].starts_with("12.000000345,"));
}

TEST_CASE("rows of a lockstep script have the columns of the runner on a real kernel") {
  CHECK(lockstep_header() ==
        "line,full_scans,pages_scanned,pages_shared,pages_sharing,pages_unshared,pages_volatile,"
        "pages_skipped,ksm_zero_pages,stable_node_chains,stable_node_dups,general_profit");
  CHECK(lockstep_row(12, made_up_result().samples.back().counters, ksm::newest_traits()) ==
        "12,3,2100,50,150,75,625,11,60,1,2,802560");
  CHECK(lockstep_row(12, made_up_result().samples.back().counters, **ksm::traits_of("6.1")) ==
        "12,3,,50,150,75,625,,,1,2,");
}

TEST_CASE("a difference of two rows names the first column that differs, with both values") {
  const std::string row = lockstep_row(3, {.pages_shared = 2}, ksm::newest_traits());
  CHECK(first_difference(row, "3,0,0,4,0,0,0,9,0,0,0,0") == "pages_shared is 2, recorded 4");
  CHECK(first_difference(row, "4" + row.substr(1)) == "line is 3, recorded 4");
  CHECK(first_difference(row, row + ",7") == "the row has 12 columns, recorded 13");
  CHECK(first_difference(row, "3,0") == "the row has 12 columns, recorded 2");
}

}  // namespace ksmsim::viz
