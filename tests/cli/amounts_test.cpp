#include "cli/amounts.hpp"

#include <catch2/catch.hpp>

namespace ksmsim::cli {
namespace {

TEST_CASE("Times are read with their units") {
  const auto ns = [](const char* text) { return parse_duration(text).value().count(); };
  CHECK(ns("10") == 10'000'000'000);
  CHECK(ns("10s") == 10'000'000'000);
  CHECK(ns("1.5m") == 90'000'000'000);
  CHECK(ns("500ms") == 500'000'000);
  CHECK(ns("2h") == 7'200'000'000'000);
  CHECK(ns("1d") == 86'400'000'000'000);
  for (const char* text : {"", "s", "-1", "0", "1 s", "1x", "nan", "inf", "1e30", "10sec"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("Sizes are read with their units") {
  const auto bytes = [](const char* text) { return parse_bytes(text).value(); };
  CHECK(bytes("4096") == 4096);
  CHECK(bytes("4096B") == 4096);
  CHECK(bytes("512K") == 512 * 1024);
  CHECK(bytes("64MiB") == 64 * 1024 * 1024);
  CHECK(bytes("2GB") == std::uint64_t{2} << 30);
  CHECK(bytes("0") == 0);
  for (const char* text :
       {"", "K", "-1", "1.5G", "1 M", "1P", "1MX", "99999999999999999999", "2000000T"}) {
    INFO(text);
    CHECK_FALSE(parse_bytes(text));
  }
}

}  // namespace
}  // namespace ksmsim::cli
