// Amounts that nobody vouches for: reading one ends with an Error of one line, or with a number
// that is read again as the same one when it is written in the unit that it is held in.
//
// Input: a byte that says what the amount is of, then the text.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/amounts.hpp"
#include "sim/base/check.hpp"

namespace {

using namespace ksmsim;

constexpr std::array kUnits{Units{units::kSecond, units::kNanosecond},
                            Units{units::kMillisecond, units::kMillisecond},
                            Units{units::kMib, units::kPage},
                            Units{units::kByte, units::kByte},
                            Units{units::kWhole, units::kMillionth},
                            Units{units::kPercent, units::kPercent},
                            Units{units::kMibPerS, units::kPagePerHour},
                            Units{units::kOne, units::kMillionthOfOne}};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const Units& units = kUnits[bytes[0] % kUnits.size()];
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto amount = parse_amount(text, units);
  if (!amount) {
    const std::string& error = amount.error().text;
    KSM_CHECK(error.starts_with("should be ") || error.starts_with("is too large"));
    KSM_CHECK(error.find('\n') == std::string::npos && error.size() < 120);
    return 0;
  }
  const auto again = parse_amount(std::to_string(*amount), {units.held, units.held});
  KSM_CHECK(again && *again == *amount);
  // A blank at either end makes it none.
  KSM_CHECK(!parse_amount(std::string(text) + " ", units));
  KSM_CHECK(!parse_amount(" " + std::string(text), units));
  return 0;
}
