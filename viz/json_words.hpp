// Numbers and texts as JSON, and back without loss.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace ksmsim::viz {

using Json = nlohmann::ordered_json;

// A whole number, or an exception if it is another thing or does not fit.
template <class Int>
Int number_of(const Json& json) {
  const bool fits = json.is_number_unsigned()  ? std::in_range<Int>(json.get<std::uint64_t>())
                    : json.is_number_integer() ? std::in_range<Int>(json.get<std::int64_t>())
                                               : false;
  if (!fits) throw std::range_error("a number is not whole or too large");
  return json.get<Int>();
}

// What there is none of is null.
template <class T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// A text as JSON: a string, or the list of its bytes where they are no UTF-8. (Names of guests may
// be any bytes.)
inline Json text_json(const std::string& text) {
  try {
    (void)Json(text).dump();
    return text;
  } catch (const Json::type_error&) {
    return Json(std::vector<unsigned char>(text.begin(), text.end()));
  }
}

inline std::string text_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  std::string text;
  for (const Json& byte : json) text += static_cast<char>(number_of<std::uint8_t>(byte));
  return text;
}

// Pairs of a name and a value, as a list of lists of two.
template <class Pairs>
Json pairs_json(const Pairs& pairs) {
  Json list = Json::array();
  for (const auto& [name, value] : pairs) {
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(value)>>) {
      list.push_back(Json::array({text_json(name), value}));
    } else {
      list.push_back(Json::array({text_json(name), text_json(value)}));
    }
  }
  return list;
}

template <class Value>
void pairs_of(const Json& json, std::vector<std::pair<std::string, Value>>& pairs) {
  for (const Json& pair : json) {
    if constexpr (std::is_arithmetic_v<Value>) {
      pairs.emplace_back(text_of(pair.at(0)), number_of<Value>(pair.at(1)));
    } else {
      pairs.emplace_back(text_of(pair.at(0)), text_of(pair.at(1)));
    }
  }
}

}  // namespace ksmsim::viz
