#include "cli/amounts.hpp"

#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace ksmsim::cli {
namespace {

constexpr double kLongestS = 10 * 366 * 86400.0;

// The number that the text begins with, and what follows it; nothing follows what is no number.
template <class Number>
std::pair<bool, std::string_view> split(const std::string& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return {false, {}};
  return {true, {end, static_cast<std::size_t>(text.data() + text.size() - end)}};
}

}  // namespace

Result<Duration> parse_duration(const std::string& text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}};
  double number = 0;
  const auto [good, unit] = split(text, number);
  for (const auto& [name, seconds] : kUnits) {
    if (!good || unit != name) continue;
    const double value = number * seconds;
    if (value >= 1e-9 && value <= kLongestS) return Duration{std::llround(value * 1e9)};
  }
  return Error{"'" + text + "' should be a time above 0, such as 10s, 1.5m, 2h or 500ms"};
}

Result<std::uint64_t> parse_bytes(const std::string& text) {
  constexpr std::string_view kUnits = "KMGT";
  std::uint64_t number = 0;
  auto [good, unit] = split(text, number);
  unsigned shift = 0;
  if (good && !unit.empty() && kUnits.find(unit.front()) != std::string_view::npos) {
    shift = 10 * static_cast<unsigned>(kUnits.find(unit.front()) + 1);
    unit.remove_prefix(1);
    good = unit.empty() || unit == "B" || unit == "iB";
  } else {
    good = good && (unit.empty() || unit == "B");
  }
  if (good && number <= (std::uint64_t{1} << 60) >> shift) return number << shift;
  return Error{"'" + text + "' should be a size, such as 4096, 512K, 64M or 2G"};
}

std::string counted(std::uint64_t number, const char* one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

}  // namespace ksmsim::cli
