#include "cli/command_line/amounts.hpp"

#include <fmt/format.h>

#include <utility>

#include "models/toml/words.hpp"

namespace ksmsim::cli {
namespace {

const char* type_name(Quantity of) {
  switch (of) {
    case Quantity::time:
      return "TIME";
    case Quantity::size:
      return "SIZE";
    case Quantity::part:
      return "PERCENT";
    default:
      return "NUMBER";
  }
}

std::string shown(std::int64_t amount, const Units& units) {
  return models::shown(static_cast<double>(amount) / static_cast<double>(units.factor()));
}

}  // namespace

AmountRange times(Duration least, Duration most) {
  return {{units::kSecond, units::kNanosecond}, least.count(), most.count()};
}

Result<std::int64_t> parse_amount(const std::string& text, const AmountRange& range) {
  auto amount = ksmsim::parse_amount(text, range.units);
  if (!amount) return Error{fmt::format("{} {}", models::quoted(text), amount.error().text)};
  if (*amount >= range.least && *amount <= range.most) return amount;
  return Error{fmt::format("{} should be from {} to {} {}", models::quoted(text),
                           shown(range.least, range.units), shown(range.most, range.units),
                           range.units.plain.name)};
}

Option* add_amount_option(Command& app, const std::string& name, const std::string& what,
                          const AmountRange& range, std::function<void(std::int64_t)> take) {
  const auto parse =
      [range, take = std::move(take)](const std::string& text) -> std::optional<std::string> {
    const auto amount = parse_amount(text, range);
    if (!amount) return amount.error().text;
    take(*amount);
    return std::nullopt;
  };
  return app.add_parsed(name, what, parse)->type_name(type_name(range.units.plain.of));
}

Option* add_time_option(Command& app, const std::string& name, const std::string& what,
                        const AmountRange& range, std::optional<Duration>& time) {
  return add_amount_option(app, name, what, range,
                           [&time](std::int64_t ns) { time = Duration{ns}; });
}

std::string counted(std::uint64_t number, const char* one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

}  // namespace ksmsim::cli
