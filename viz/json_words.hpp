// Values of a result as JSON, by their lists of fields; viz/json_reader.hpp reads them back.
//
// A struct is an object, an optional that is empty is null, an enum is its word, a pair is a list
// of two, and what happened is an object that says its kind. Numbers are whole and exact.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/fields.hpp"

namespace ksmsim::viz {

using Json = nlohmann::ordered_json;

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

template <class T>
Json value_json(const T& value) {
  if constexpr (Listed<const T>) {
    Json object = Json::object();
    for_each_field(value, [&object](const char* name, const auto& field) {
      object[name] = value_json(field);
    });
    return object;
  } else if constexpr (Worded<T>) {
    return words_of(value)[static_cast<std::size_t>(value)];
  } else if constexpr (std::is_same_v<T, std::string>) {
    return text_json(value);
  } else if constexpr (kIsOptional<T>) {
    return value ? value_json(*value) : Json(nullptr);
  } else if constexpr (kIsPair<T>) {
    return Json::array({value_json(value.first), value_json(value.second)});
  } else if constexpr (kIsVariant<T>) {
    return std::visit(
        [](const auto& held) {
          Json object{{"kind", held.kKind}};
          object.update(value_json(held));
          return object;
        },
        value);
  } else if constexpr (kIsVector<T> || kIsArray<T>) {
    Json list = Json::array();
    for (const auto& element : value) list.push_back(value_json(element));
    return list;
  } else {
    static_assert(std::is_integral_v<T>, "no part of a result is a float");
    return Json(value);
  }
}

}  // namespace ksmsim::viz
