#include "sim/host/controllers/constants.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "sim/base/check.hpp"
#include "sim/base/nearest.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::size_t kDecimals = 6;  // Of a fraction.
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

// "-0.05", ".2", "1": digits with at most one point and at most six digits behind it.
std::optional<std::int64_t> millionths(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  std::string_view behind = text.substr(std::min(point + 1, text.size()));
  if (behind.size() > kDecimals || digits.size() + behind.size() == 0) return std::nullopt;
  if (digits.size() > kDecimals) return std::nullopt;  // No constant is as large.
  digits += behind;
  digits.append(kDecimals - behind.size(), '0');
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  const auto value = whole(digits);
  return value && negative ? -*value : value;
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

std::optional<std::int64_t> read_as(ConstantKind kind, std::string_view text) {
  if (kind == ConstantKind::fraction) return millionths(text);
  return kind == ConstantKind::release ? release(text) : whole(text);
}

std::optional<std::int64_t> value_of(const Constant& constant, std::string_view text) {
  const auto value = read_as(constant.kind, text);
  if (!value || *value < constant.least || *value > constant.most) return std::nullopt;
  return value;
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

Error unusable(const Constant& constant, const std::string& name, const std::string& text) {
  return {name + " = '" + text + "': should be " + constant_range(constant)};
}

}  // namespace

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
    values.values_[at] = value_of(table[at], text);
    if (!values.values_[at]) {
      return unusable(table[at], name, text);
    }
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (values.values_[i] || table[i].standard.empty()) continue;
    values.values_[i] = value_of(table[i], table[i].standard);
    KSM_CHECK(values.values_[i].has_value());
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
