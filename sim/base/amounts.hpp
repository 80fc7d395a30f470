// Amounts as people write them, in files and on command lines: "10m", "512M", "4GiB", "5%".
//
// A number (1, 1.5, 1e3) and right behind it its unit:
//   of a time   ps, ns, us, ms, s, m or min, h, d
//   of a size   B; K, M, G, T of 1024, also with B or iB: 4G, 4GB and 4GiB are the same, kB is K
//   of a part   %
//   of a rate   those of a size, each second: 5MiB, 5MiB/s
// A number without a unit has that of its option or key. Small and capital letters differ: m is a
// minute, M is 1024 K.
//
// Amounts are held as whole numbers: "0.1s" is 100000000 ns. What is no whole number of the unit in
// which it is held is an error, and so is what does not fit.
#pragma once
#include <cstdint>
#include <string_view>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"

namespace ksmsim {

// What units measure. Numbers have none.
enum class Quantity : std::uint8_t { number, time, size, part, rate };

// Units of one quantity are multiples of each other. Picoseconds, bytes, millionths (of parts and
// numbers) and bytes an hour have size 1.
struct Unit {
  Quantity of = Quantity::number;
  std::int64_t size = 1;
  std::string_view name{};  // Its plural, for messages.
};

namespace units {
inline constexpr std::int64_t kPicosecondsPerS = 1'000'000'000'000;
inline constexpr std::int64_t kSecondsPerHour = 3600;

inline constexpr Unit kPicosecond{Quantity::time, 1, "picoseconds"};
inline constexpr Unit kNanosecond{Quantity::time, 1'000, "nanoseconds"};
inline constexpr Unit kMicrosecond{Quantity::time, 1'000'000, "microseconds"};
inline constexpr Unit kMillisecond{Quantity::time, kPicosecondsPerS / 1000, "milliseconds"};
inline constexpr Unit kSecond{Quantity::time, kPicosecondsPerS, "seconds"};
inline constexpr Unit kMinute{Quantity::time, 60 * kPicosecondsPerS, "minutes"};

inline constexpr Unit kByte{Quantity::size, 1, "bytes"};
inline constexpr Unit kKib{Quantity::size, 1024, "KiB"};
inline constexpr Unit kPage{Quantity::size, kPageBytes, "pages of 4 KiB"};
inline constexpr Unit kMib{Quantity::size, std::int64_t{1} << 20, "MiB"};
inline constexpr Unit kGib{Quantity::size, std::int64_t{1} << 30, "GiB"};

inline constexpr Unit kMillionth{Quantity::part, 1, "millionths"};
inline constexpr Unit kPercent{Quantity::part, 10'000, "percent"};
inline constexpr Unit kWhole{Quantity::part, 1'000'000, "wholes"};

inline constexpr Unit kPagePerHour{Quantity::rate, kPageBytes, "pages an hour"};
inline constexpr Unit kPagePerS{Quantity::rate, kPageBytes* kSecondsPerHour, "pages a second"};
inline constexpr Unit kMibPerS{Quantity::rate, kMib.size* kSecondsPerHour, "MiB a second"};

inline constexpr Unit kOne{Quantity::number, 1'000'000, "ones"};
inline constexpr Unit kMillionthOfOne{Quantity::number, 1, "millionths"};
}  // namespace units

// How an amount is written and held. REQUIRES: both are of one quantity, and `plain` is a multiple
// of `held`.
struct Units {
  Unit plain;  // What a number without a unit is in.
  Unit held;   // What the result is in.

  // How many of `held` make one of `plain`.
  constexpr std::int64_t factor() const { return plain.size / held.size; }
};

// The amount in units.held; may be negative. An Error says what would be right, and follows the
// place and the text: "should be a time, such as 5min".
Result<std::int64_t> parse_amount(std::string_view text, const Units& units);

}  // namespace ksmsim
