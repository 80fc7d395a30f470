#include "models/toml/parameter_value.hpp"

#include "sim/base/amounts.hpp"
#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

// A key of a parameter: how it ends, and the unit of what is written there.
struct Ending {
  std::string_view suffix;
  Units units;
};

// The endings of a parameter's keys, the one of its default and range first.
std::vector<Ending> endings_of(Kind kind) {
  switch (kind) {
    case Kind::pages:
      return {{"_mib", {units::kMib, units::kPage}}, {"_pages", {units::kPage, units::kPage}}};
    case Kind::rate:
      return {{"_mib_per_s", {units::kMibPerS, units::kPagePerHour}},
              {"_pages_per_s", {units::kPagePerS, units::kPagePerHour}}};
    case Kind::time:
      return {{"_s", {units::kSecond, units::kNanosecond}}};
    case Kind::part:
      return {{"", {units::kWhole, units::kMillionth}}};
    case Kind::number:
      return {{"", {units::kOne, units::kMillionthOfOne}}};
    case Kind::few_pages:
      return {{"", {units::kPage, units::kPage}}};
    default:
      return {{"", {units::kOne, units::kOne}}};
  }
}

std::optional<Value> read_shares(const TableReader& table, const Parameter& parameter) {
  const Units units = parameter.kind == Kind::lifetimes ? Units{units::kSecond, units::kNanosecond}
                                                        : Units{units::kOne, units::kOne};
  const auto pairs = table.pairs(parameter.key, {parameter.least, parameter.most}, units);
  if (!pairs) return std::nullopt;
  std::vector<Share> shares;
  std::int64_t sum = 0;
  for (const auto& [part, number] : *pairs) {
    shares.push_back({part, number});
    sum += part;
  }
  if (sum <= units::kWhole.size) return shares;
  table.wrong(parameter.key, "has parts that sum to more than 1");
  return std::nullopt;
}

}  // namespace

std::vector<std::string> keys_of(const Parameter& parameter) {
  std::vector<std::string> keys;
  for (const Ending& ending : endings_of(parameter.kind)) {
    keys.push_back(std::string(parameter.key) + std::string(ending.suffix));
  }
  return keys;
}

std::optional<Value> read_value(const TableReader& table, const Parameter& parameter) {
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
    default:
      break;
  }
  std::optional<Value> value;
  std::string first;
  const std::vector<Ending> endings = endings_of(parameter.kind);
  const auto range_unit = static_cast<double>(endings.front().units.plain.size);
  for (const auto& [suffix, units] : endings) {
    const std::string key = std::string(parameter.key) + std::string(suffix);
    const double scale = range_unit / static_cast<double>(units.plain.size);
    const auto amount = table.amount(key, {parameter.least * scale, parameter.most * scale}, units);
    if (!amount) continue;
    if (value) table.wrong(key, "says again what " + first + " says");
    value = *amount;
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
