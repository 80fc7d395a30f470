#include "traces/snapshots/json_fields.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "traces/words.hpp"

namespace ksmsim::traces::snapshots {
namespace {

using nlohmann::json;

const json kEmptyObject = json::object();

}  // namespace

Time at_seconds(double seconds) {
  KSM_CHECK(std::abs(seconds) <= kSecondsMax);
  return at_nanoseconds(std::llround(seconds * 1e6) * 1000);
}

void Fields::complain(const std::string& key, const std::string& what) {
  if (!problem_) problem_ = Error{place_of(key) + ": " + what};
}

std::string Fields::place_of(const std::string& key) const {
  // Keys that the program asks for are plain; those of the file may be anything.
  const bool plain =
      key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  const std::string name = plain ? key : shown(key);
  if (name.empty()) return place_.empty() ? "the document" : place_;
  return place_.empty() ? name : place_ + "." + name;
}

const json* Fields::find(const std::string& key) const {
  if (key.empty()) return value_;
  if (!value_->is_object()) return nullptr;
  const auto at = value_->find(key);
  return at == value_->end() || at->is_null() ? nullptr : &*at;
}

const json* Fields::need(const std::string& key, const char* kind) {
  if (problem_) return nullptr;
  if (!key.empty() && !value_->is_object()) {
    complain("", fmt::format("{}, not an object", value_->type_name()));
    return nullptr;
  }
  const json* field = find(key);
  if (field == nullptr) complain(key, fmt::format("is missing; {} is needed", kind));
  return field;
}

std::vector<std::string> Fields::names() const {
  std::vector<std::string> names;
  if (!value_->is_object()) return names;
  for (const auto& item : value_->items()) names.push_back(item.key());
  return names;
}

std::uint64_t Fields::whole(const std::string& key, std::uint64_t most) {
  const json* field = need(key, "a whole number");
  if (field == nullptr) return 0;
  if (field->is_number_unsigned() && field->get<std::uint64_t>() <= most) {
    return field->get<std::uint64_t>();
  }
  complain(key, fmt::format("not a whole number from 0 to {}", most));
  return 0;
}

std::string Fields::text(const std::string& key) {
  const json* field = need(key, "text");
  if (field == nullptr) return {};
  if (field->is_string()) return field->get<std::string>();
  complain(key, fmt::format("{}, not text", field->type_name()));
  return {};
}

std::string Fields::text_or_none(const std::string& key) {
  return has(key) ? text(key) : std::string{};
}

Time Fields::seconds_from(const std::string& key, double least) {
  const json* field = need(key, "a number of seconds");
  if (field == nullptr) return kStart;
  if (field->is_number()) {
    const auto seconds = field->get<double>();
    if (seconds >= least && seconds <= kSecondsMax) return at_seconds(seconds);
  }
  complain(key, fmt::format("not a number of seconds from {:.0f} to {:.0f}", least, kSecondsMax));
  return kStart;
}

Time Fields::seconds(const std::string& key) { return seconds_from(key, 0); }

std::optional<Time> Fields::seconds_if_there(const std::string& key) {
  if (!has(key)) return std::nullopt;
  return seconds(key);
}

Time Fields::seconds_or_before(const std::string& key) { return seconds_from(key, -kSecondsMax); }

std::optional<Time> Fields::seconds_or_before_if_there(const std::string& key) {
  if (!has(key)) return std::nullopt;
  return seconds_or_before(key);
}

std::string Fields::knob_value(const std::string& key) {
  const json* field = need(key, "the value of a knob");
  if (field == nullptr) return {};
  if (field->is_boolean()) return field->get<bool>() ? "1" : "0";
  if (field->is_number_integer()) return field->dump();
  if (field->is_string()) {
    auto value = field->get<std::string>();
    const auto open = value.find('[');
    const auto close = value.find(']', open == std::string::npos ? 0 : open);
    if (open == std::string::npos || close == std::string::npos) return value;
    return value.substr(open + 1, close - open - 1);
  }
  complain(key, fmt::format("{}, not a whole number or text", field->type_name()));
  return {};
}

std::optional<std::int64_t> Fields::counter(const std::string& key) {
  const json* field = find(key);
  if (problem_ || field == nullptr || field->is_string()) return std::nullopt;
  const bool fits =
      !field->is_number_unsigned() || field->get<std::uint64_t>() <= std::uint64_t{INT64_MAX};
  if (field->is_number_integer() && fits) return field->get<std::int64_t>();
  complain(key, "not a whole number of 64 bits");
  return std::nullopt;
}

std::vector<std::string> Fields::texts(const std::string& key) {
  std::vector<std::string> texts;
  each(key, [&texts](Fields& element) { texts.push_back(element.text("")); });
  return texts;
}

Fields Fields::object(const std::string& key) {
  const json* field = need(key, "an object");
  if (field != nullptr && !field->is_object()) {
    complain(key, fmt::format("{}, not an object", field->type_name()));
    field = nullptr;
  }
  return {field == nullptr ? kEmptyObject : *field, place_of(key), problem_};
}

void Fields::each(const std::string& key, const std::function<void(Fields&)>& f) {
  const json* field = need(key, "a list");
  if (field == nullptr) return;
  if (!field->is_array()) {
    complain(key, fmt::format("{}, not a list", field->type_name()));
    return;
  }
  std::size_t index = 0;
  for (const json& element : *field) {
    const std::string at = key.empty() ? place_ : place_of(key);
    Fields fields(element, fmt::format("{}[{}]", at, index++), problem_);
    f(fields);
    if (problem_) return;
  }
}

}  // namespace ksmsim::traces::snapshots
