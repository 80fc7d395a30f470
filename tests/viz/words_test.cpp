#include "viz/words.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>

namespace ksmsim::viz {

TEST_CASE("sizes have a binary unit and one decimal") {
  CHECK(bytes_text(0) == "0 bytes");
  CHECK(bytes_text(1023) == "1023 bytes");
  CHECK(bytes_text(-17) == "-17 bytes");
  CHECK(bytes_text(1024) == "1.0 KiB");
  CHECK(bytes_text(421'888) == "412.0 KiB");
  CHECK(bytes_text(-3'355'443) == "-3.2 MiB");
  CHECK(bytes_text(std::int64_t{5} << 30) == "5.0 GiB");
  CHECK(bytes_text(std::int64_t{3} << 40) == "3.0 TiB");
  CHECK(bytes_text(std::int64_t{1} << 62) == "4096.0 PiB");
  CHECK(bytes_text(std::numeric_limits<std::int64_t>::min()) == "-8192.0 PiB");
}

TEST_CASE("a size that rounds up to 1024 takes the next unit") {
  CHECK(bytes_text((1 << 20) - 1) == "1.0 MiB");
  CHECK(bytes_text(-((1 << 20) - 1)) == "-1.0 MiB");
  CHECK(bytes_text((1 << 20) - 100) == "1023.9 KiB");
}

TEST_CASE("times have a unit that fits them") {
  CHECK(seconds_text(0) == "0 ms");
  CHECK(seconds_text(0.85) == "850 ms");
  CHECK(seconds_text(0.9996) == "1.0 s");
  CHECK(seconds_text(1) == "1.0 s");
  CHECK(seconds_text(92.4) == "92.4 s");
  CHECK(seconds_text(750) == "12 min 30 s");
  CHECK(seconds_text(3600) == "60 min 00 s");
  CHECK(seconds_text(11'100) == "3 h 05 min");
  CHECK(seconds_text(7199.6) == "2 h 00 min");
}

}  // namespace ksmsim::viz
