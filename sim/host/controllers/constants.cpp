#include "sim/host/controllers/constants.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

#include "sim/base/check.hpp"
#include "sim/base/nearest.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::string_view kPrefix = "ksm_";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view bare(std::string_view name) {
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "1.10": two whole numbers with a point between them.
std::optional<std::int64_t> release(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const auto major = whole(text.substr(0, point));
  const auto minor = whole(text.substr(point + 1));
  if (!major || !minor || *major < 0 || *major > 999 || *minor < 0 || *minor > 999) {
    return std::nullopt;
  }
  return release_number(*major, *minor);
}

Result<std::int64_t> read_as(const Constant& constant, std::string_view text) {
  if (constant.kind == ConstantKind::release) {
    const auto value = release(text);
    if (!value) return Error{"should be " + constant_range(constant)};
    return *value;
  }
  const Unit unit = unit_of(constant);
  const Unit held = constant.kind == ConstantKind::fraction ? units::kMillionth : unit;
  return parse_amount(text, {unit, held});
}

Result<std::int64_t> value_of(const Constant& constant, std::string_view text) {
  auto value = read_as(constant, text);
  // Without a unit there is no more to say than the range.
  if (!value && unit_of(constant).of != Quantity::number) return value.error();
  if (value && *value >= constant.least && *value <= constant.most) return value;
  return Error{"should be " + constant_range(constant)};
}

std::size_t position(ConstantTable table, std::string_view name) {
  const std::string wanted = lower(name);
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].name == wanted) return i;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (bare(table[i].name) == bare(wanted)) return i;
  }
  return table.size();
}

Error unknown(ConstantTable table, const std::string& name) {
  if (table.empty()) return {"there is no constant '" + name + "': it has none"};
  std::vector<std::string_view> known;
  for (const Constant& constant : table) known.push_back(constant.name);
  return {"there is no constant '" + name + "'; the nearest is '" +
          std::string(nearest(name, known)) + "'"};
}

}  // namespace

Unit unit_of(const Constant& constant) {
  constexpr std::pair<std::string_view, Unit> kUnits[] = {{"s", units::kSecond},
                                                          {"ms", units::kMillisecond},
                                                          {"kB", units::kKib},
                                                          {"pages", units::kPage},
                                                          {"percent", units::kPercent}};
  if (constant.kind == ConstantKind::fraction) return units::kWhole;
  for (const auto& [name, unit] : kUnits) {
    if (constant.unit.substr(0, constant.unit.find(' ')) == name) return unit;
  }
  return units::kOne;
}

std::string constant_text(ConstantKind kind, std::int64_t value) {
  if (kind == ConstantKind::release) {
    return std::to_string(value / 1000) + "." + std::to_string(value % 1000);
  }
  if (kind != ConstantKind::fraction) return std::to_string(value);
  std::string digits = std::to_string(kMillion + (value < 0 ? -value : value) % kMillion);
  digits[0] = '.';
  while (digits.back() == '0') digits.pop_back();
  if (digits == ".") digits.clear();
  return (value < 0 ? "-" : "") + std::to_string((value < 0 ? -value : value) / kMillion) + digits;
}

std::string constant_range(const Constant& constant) {
  if (constant.kind == ConstantKind::yes_no) return "0 or 1";
  const std::string what = constant.kind == ConstantKind::whole     ? "a whole number from "
                           : constant.kind == ConstantKind::release ? "a release from "
                                                                    : "a number from ";
  const std::string unit = constant.unit.empty() ? "" : " (" + std::string(constant.unit) + ")";
  return what + constant_text(constant.kind, constant.least) + " to " +
         constant_text(constant.kind, constant.most) + unit;
}

Result<ConstantValues> ConstantValues::parse(ConstantTable table, const GivenConstants& given) {
  ConstantValues values(table);
  for (const auto& [name, text] : given) {
    const std::size_t at = position(table, name);
    if (at == table.size()) return unknown(table, name);
    if (values.values_[at]) return Error{"constant " + name + " is given twice"};
    const auto value = value_of(table[at], text);
    if (!value) {
      std::string where = name;
      where.append(" = '").append(text).append("'");
      return value.error().in(where);
    }
    values.values_[at] = *value;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (values.values_[i] || table[i].standard.empty()) continue;
    values.values_[i] = value_of(table[i], table[i].standard).value();
  }
  return values;
}

std::optional<std::int64_t> ConstantValues::find(std::string_view name) const {
  const std::size_t at = position(table_, name);
  KSM_CHECK(at < table_.size());
  return values_[at];
}

std::int64_t ConstantValues::operator[](std::string_view name) const {
  const auto value = find(name);
  KSM_CHECK(value.has_value());
  return *value;
}

}  // namespace ksmsim::host::controllers
