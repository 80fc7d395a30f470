#include "cli/command_line/amounts.hpp"

#include <catch2/catch.hpp>
#include <chrono>

namespace ksmsim::cli {
namespace {

std::string error(const std::string& text, const AmountRange& range) {
  const auto amount = parse_amount(text, range);
  return amount ? "none" : amount.error().text;
}

TEST_CASE("An option's time is seconds unless it says its unit, and within its range") {
  const AmountRange range = times(std::chrono::milliseconds(1), std::chrono::hours(1));
  CHECK(parse_amount("90", range).value() == 90'000'000'000);
  CHECK(parse_amount("1.5m", range).value() == 90'000'000'000);
  CHECK(parse_amount("1ms", range).value() == 1'000'000);
  CHECK(parse_amount("1h", range).value() == 3'600'000'000'000);
  CHECK(error("999us", range) == "'999us' should be from 0.001 to 3600 seconds");
  CHECK(error("-1", range) == "'-1' should be from 0.001 to 3600 seconds");
  CHECK(error("3600.000000001", range) == "'3600.000000001' should be from 0.001 to 3600 seconds");
  CHECK(error("5 minutes", range) == "'5 minutes' should be a time, such as 5min");
  CHECK(error("5\nm", range) == "'5?m' should be a time, such as 10s, 1.5m, 2h or 500ms");
}

TEST_CASE("Sizes are bytes unless they say their unit") {
  const AmountRange range{{units::kByte, units::kByte}, 0, std::int64_t{1} << 40};
  CHECK(parse_amount("4096", range).value() == 4096);
  CHECK(parse_amount("1M", range).value() == 1 << 20);
  CHECK(error("2T", range) == "'2T' should be from 0 to 1099511627776 bytes");
}

TEST_CASE("One is one and others are several") {
  CHECK(counted(1, "guest") == "1 guest");
  CHECK(counted(0, "guest") == "0 guests");
}

}  // namespace
}  // namespace ksmsim::cli
