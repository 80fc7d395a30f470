#include "models/toml/parameter_value.hpp"

#include <cmath>

#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

constexpr double kPagesPerMib = 256;
constexpr double kNanoseconds = 1e9;
constexpr double kMillion = 1e6;
constexpr double kSecondsPerHour = 3600;

// What a number that is written under a key is multiplied with.
struct Unit {
  std::string_view suffix;
  double factor;
};

std::vector<Unit> units_of(Kind kind) {
  switch (kind) {
    case Kind::pages:
      return {{"_mib", kPagesPerMib}, {"_pages", 1}};
    case Kind::rate:
      return {{"_mib_per_s", kPagesPerMib * kSecondsPerHour}, {"_pages_per_s", kSecondsPerHour}};
    case Kind::time:
      return {{"_s", kNanoseconds}};
    case Kind::part:
      return {{"", kMillion}};
    default:
      return {{"", 1}};
  }
}

std::optional<Value> read_shares(const TableReader& table, const Parameter& parameter) {
  const auto pairs = table.pairs(parameter.key, {parameter.least, parameter.most});
  if (!pairs) return std::nullopt;
  const double factor = parameter.kind == Kind::lifetimes ? kNanoseconds : 1;
  std::vector<Share> shares;
  std::int64_t sum = 0;
  for (const auto& [part, number] : *pairs) {
    shares.push_back({std::llround(part * kMillion), std::llround(number * factor)});
    sum += shares.back().part_ppm;
  }
  if (sum <= static_cast<std::int64_t>(kMillion)) return shares;
  table.wrong(parameter.key, "has parts that sum to more than 1");
  return std::nullopt;
}

}  // namespace

std::vector<std::string> keys_of(const Parameter& parameter) {
  std::vector<std::string> keys;
  for (const Unit& unit : units_of(parameter.kind)) {
    keys.push_back(std::string(parameter.key) + std::string(unit.suffix));
  }
  return keys;
}

std::optional<Value> read_value(const TableReader& table, const Parameter& parameter) {
  const Range range{parameter.least, parameter.most};
  switch (parameter.kind) {
    case Kind::text:
      if (parameter.choices.empty()) {
        if (auto text = table.name(parameter.key)) return Value(*text);
      } else if (const auto choice =
                     table.one_of(parameter.key, parameter.key, parameter.choices)) {
        return Value(std::string(parameter.choices[*choice]));
      }
      return std::nullopt;
    case Kind::lifetimes:
    case Kind::groups:
      return read_shares(table, parameter);
    case Kind::count: {
      const auto number = table.whole(parameter.key, static_cast<std::int64_t>(range.least),
                                      static_cast<std::int64_t>(range.most));
      if (!number) return std::nullopt;
      return Value(*number);
    }
    default:
      break;
  }
  std::optional<Value> value;
  std::string first;
  for (const Unit& unit : units_of(parameter.kind)) {
    const std::string key = std::string(parameter.key) + std::string(unit.suffix);
    const auto number = table.number(key, range);
    if (!number) continue;
    if (value) table.wrong(key, "says again what " + first + " says");
    value = std::llround(*number * unit.factor);
    first = key;
  }
  return value;
}

Value default_of(const Parameter& parameter) {
  KSM_CHECK(has_default(parameter));
  const std::string text =
      keys_of(parameter).front() + " = " + std::string(parameter.otherwise) + "\n";
  auto document = Document::parse(text);
  KSM_CHECK(document.ok());
  const auto value = read_value(document->root(), parameter);
  KSM_CHECK(value.has_value() && document->finish().ok());
  return *value;
}

}  // namespace ksmsim::models
