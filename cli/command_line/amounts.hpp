// Options that are amounts (sim/base/amounts.hpp): "10", "10s", "1.5m", "64M", "5%"; and amounts as
// people read them: "1 guest".
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/command_line/command.hpp"
#include "sim/base/amounts.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::cli {

// What an option may be: in which units, and from `least` to `most` of units.held.
struct AmountRange {
  Units units;
  std::int64_t least = 0, most = 0;
};
// A time in seconds where no unit is said, held in nanoseconds.
AmountRange times(Duration least, Duration most);

// The amount of units.held. An Error follows the option: "'5 minutes' should be a time, such as
// 5min".
Result<std::int64_t> parse_amount(const std::string& text, const AmountRange& range);

// An option that hands on its amount when it is given. Its type is TIME, SIZE or PERCENT, as the
// units are; a wrong one ends the parsing as CLI11's errors do.
Option* add_amount_option(Command& app, const std::string& name, const std::string& what,
                          const AmountRange& range, std::function<void(std::int64_t)> take);
// The same for a time.
Option* add_time_option(Command& app, const std::string& name, const std::string& what,
                        const AmountRange& range, std::optional<Duration>& time);

// "1 guest", "2 guests".
std::string counted(std::uint64_t number, const char* one);

}  // namespace ksmsim::cli
