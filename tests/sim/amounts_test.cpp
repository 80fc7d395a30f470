#include "sim/base/amounts.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim {
namespace {

constexpr Units kTime{units::kSecond, units::kNanosecond};
constexpr Units kSize{units::kByte, units::kByte};
constexpr Units kPart{units::kWhole, units::kMillionth};
constexpr Units kRate{units::kMibPerS, units::kPagePerHour};

std::int64_t read(std::string_view text, const Units& units) {
  const auto amount = parse_amount(text, units);
  INFO(text << ": " << (amount ? "" : amount.error().text));
  REQUIRE(amount.ok());
  return *amount;
}

std::string error(std::string_view text, const Units& units) {
  const auto amount = parse_amount(text, units);
  return amount ? "none" : amount.error().text;
}

TEST_CASE("Times are read with their units, to the nanosecond") {
  constexpr std::int64_t kS = 1'000'000'000;
  const std::vector<std::pair<const char*, std::int64_t>> times{
      {"0", 0},
      {"10", 10 * kS},
      {"10s", 10 * kS},
      {"90s", 90 * kS},
      {"1.5m", 90 * kS},
      {"10min", 600 * kS},
      {"2h", 7200 * kS},
      {"24h", 86'400 * kS},
      {"2d", 172'800 * kS},
      {"500ms", kS / 2},
      {"80us", 80'000},
      {"7ns", 7},
      {"3000ps", 3},
      {"0.1s", 100'000'000},
      {"0.1", 100'000'000},
      {"1e3", 1000 * kS},
      {"1E-9", 1},
      {"1e2ms", kS / 10},
      {".5", kS / 2},
      {"5.", 5 * kS},
      {"-2s", -2 * kS},
      {"007", 7 * kS},
      {"1.5000000000000000000000000000s", 3 * kS / 2},
      {"0e99999999999", 0}};
  for (const auto& [text, ns] : times) {
    INFO(text);
    CHECK(read(text, kTime) == ns);
  }
  // A double of this many nanoseconds would be 9007199254740992.
  CHECK(read("9007199.254740993", kTime) == 9'007'199'254'740'993);
}

TEST_CASE("Sizes are read with their units, K of 1024") {
  for (const char* k : {"K", "KB", "KiB", "kB"}) CHECK(read(std::string("3") + k, kSize) == 3072);
  for (const char* m : {"M", "MB", "MiB"}) CHECK(read(std::string("64") + m, kSize) == 64 << 20);
  for (const char* g : {"G", "GB", "GiB"}) CHECK(read(std::string("1.5") + g, kSize) == 3 << 29);
  for (const char* t : {"T", "TB", "TiB"}) {
    CHECK(read(std::string("2") + t, kSize) == std::int64_t{1} << 41);
  }
  CHECK(read("4096B", kSize) == 4096);
  CHECK(read("4096", kSize) == 4096);
  CHECK(read("4GiB", {units::kMib, units::kMib}) == 4096);
  CHECK(read("1GiB", {units::kPage, units::kPage}) == 262'144);
  CHECK(read("1500KiB", {units::kMib, units::kPage}) == 375);
}

TEST_CASE("Parts and rates are read with their units") {
  CHECK(read("5%", kPart) == 50'000);
  CHECK(read("0.05", kPart) == 50'000);
  CHECK(read("0.0001%", kPart) == 1);
  CHECK(read("100%", kPart) == read("1", kPart));
  CHECK(read("20%", {units::kPercent, units::kPercent}) == 20);
  CHECK(read("1", kRate) == 256 * 3600);
  for (const char* text : {"5MiB", "5M/s", "5MB/s", "5120KiB/s"}) {
    INFO(text);
    CHECK(read(text, kRate) == 5 * 256 * 3600);
  }
}

TEST_CASE("What is no amount says what would be right") {
  CHECK(error("5 minutes", kTime) == "should be a time, such as 5min");
  CHECK(error("10 min", kTime) == "should be a time, such as 10min");
  CHECK(error("10sec", kTime) == "should be a time, such as 10s");
  CHECK(error("1.5Hours", kTime) == "should be a time, such as 1.5h");
  CHECK(error("80\xC2\xB5s", kTime) == "should be a time, such as 80us");
  CHECK(error("512m", kSize) == "should be a size, such as 512M");
  CHECK(error("4gib", kSize) == "should be a size, such as 4GiB");
  CHECK(error("4 gigabytes", kSize) == "should be a size, such as 4GiB");
  CHECK(error("5 percent", kPart) == "should be a part, such as 5%");
  CHECK(error("5mib/s", kRate) == "should be a rate, such as 5MiB");
  const std::string time = "should be a time, such as 10s, 1.5m, 2h or 500ms";
  for (const char* text : {"", "s", "-", ".", "1x", "1ss", "nan", "inf", "0x10", " 1", "1 ", "+1",
                           "1,5s", "1.2.3", "1e", "5%", "4GiB", "--1", "1s 5m"}) {
    INFO(text);
    CHECK(error(text, kTime) == time);
  }
  for (const char* text : {"", "K", "1P", "1MX", "10s", "5%", "4Ki", "5MiB/s"}) {
    INFO(text);
    CHECK(error(text, kSize) == "should be a size, such as 4096B, 512K, 64M or 4GiB");
  }
  CHECK(error("5%", {units::kOne, units::kOne}) == "should be a number");
}

TEST_CASE("What is no whole number of the unit in which it is held is refused") {
  CHECK(error("1KiB", {units::kMib, units::kPage}) == "should be a whole number of pages of 4 KiB");
  CHECK(error("1500KiB", {units::kMib, units::kMib}) == "should be a whole number of MiB");
  CHECK(error("1.5ns", kTime) == "should be a whole number of nanoseconds");
  CHECK(error("1e-10", kTime) == "should be a whole number of nanoseconds");
  CHECK(error("500ms", {units::kSecond, units::kSecond}) == "should be a whole number of seconds");
  CHECK(error("0.00001%", kPart) == "should be a whole number of millionths");
}

TEST_CASE("What does not fit is refused, up to the largest that does") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(read("9223372036854775807", kSize) == kMost);
  CHECK(read("-9223372036854775807", kSize) == -kMost);
  CHECK(read("9223372036.854775807", kTime) == kMost);
  for (const char* text : {"9223372036854775808", "99999999999999999999999999", "1e19", "8388608T",
                           "1e400", "1e99999999999999999999", "184467440737095516160"}) {
    INFO(text);
    CHECK(error(text, kSize) == "is too large, or has too many digits");
  }
  CHECK(read("8388607T", kSize) == std::int64_t{8'388'607} << 40);
}

// The number with a point put in, and with the exponent that takes it out again.
TEST_CASE("The same number is read alike however it is written") {
  RandomStream random(1, "amounts");
  for (int i = 0; i < 10'000; ++i) {
    const auto ns = static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.below(60)));
    const std::string digits = std::to_string(ns);
    INFO(digits);
    CHECK(read(digits + "ns", kTime) == ns);
    CHECK(read(digits + "e-9", kTime) == ns);
    const std::string padded = std::string(20 - digits.size(), '0') + digits;
    CHECK(read(padded.substr(0, 11) + "." + padded.substr(11), kTime) == ns);
    CHECK(read("0." + digits + "e" + std::to_string(digits.size()) + "ns", kTime) == ns);
  }
}

}  // namespace
}  // namespace ksmsim
