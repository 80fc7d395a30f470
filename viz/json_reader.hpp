// The reverse of value_json (viz/json_words.hpp): fills in a value, or says which field is not what
// it should be.
#pragma once
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "viz/json_words.hpp"

namespace ksmsim::viz {

// Where a value stands in a file: what is around it, and its name or its number there.
struct Place {
  const Place* around = nullptr;
  std::string_view name{};
  std::size_t number = 0;  // If it has no name.

  // "samples.rows[3][2]".
  std::string text() const {
    if (around == nullptr) return {};
    const std::string outer = around->text();
    if (name.empty()) return fmt::format("{}[{}]", outer, number);
    return outer.empty() ? std::string(name) : fmt::format("{}.{}", outer, name);
  }
};

// Thrown by a reader: a field, and what would be right.
struct Unfit {
  std::string text;
};

[[noreturn]] inline void refuse(const Place& place, const std::string& right) {
  const std::string field = place.text();
  throw Unfit{field.empty() ? right : field + ": " + right};
}

// The field of this name. An Unfit without one.
inline const Json& field_of(const Json& json, const Place& place, const char* name) {
  if (!json.is_object()) refuse(place, "should be an object");
  const auto found = json.find(name);
  if (found == json.end()) refuse({&place, name}, "is missing");
  return *found;
}

// So many values in a list.
inline void check_list(const Json& json, const Place& place, std::size_t size) {
  if (!json.is_array() || json.size() != size) {
    refuse(place, fmt::format("should be a list of {}", size));
  }
}

template <class Int>
Int read_number(const Json& json, const Place& place) {
  const bool fits = json.is_number_unsigned()  ? std::in_range<Int>(json.get<std::uint64_t>())
                    : json.is_number_integer() ? std::in_range<Int>(json.get<std::int64_t>())
                                               : false;
  if (!fits) {
    refuse(place, fmt::format("should be a whole number from {} to {}",
                              std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max()));
  }
  return json.get<Int>();
}

inline std::string read_text(const Json& json, const Place& place) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_array()) refuse(place, "should be a text, or a list of bytes");
  std::string text;
  for (std::size_t i = 0; i < json.size(); ++i) {
    text += static_cast<char>(read_number<std::uint8_t>(json[i], {&place, {}, i}));
  }
  return text;
}

template <class T>
void read_value(const Json& json, const Place& place, T& value);

// Every field of the list, and no other.
template <class T>
void read_fields(const Json& json, const Place& place, T& value, std::size_t others = 0) {
  std::size_t fields = others;
  for_each_field(value, [&](const char* name, auto& field) {
    ++fields;
    read_value(field_of(json, place, name), Place{&place, name}, field);
  });
  if (!json.is_object()) refuse(place, "should be an object");
  if (json.size() != fields) {
    refuse(place, fmt::format("has {} fields, should have {}", json.size(), fields));
  }
}

template <class E>
E read_word(const Json& json, const Place& place) {
  const auto words = words_of(E{});
  std::string known;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (json == words[i]) return static_cast<E>(i);
    known += (i == 0 ? "" : ", ") + std::string(words[i]);
  }
  refuse(place, "should be one of " + known);
}

// The alternative of this kind.
template <class V, std::size_t I = 0>
void read_kind(const Json& json, const Place& place, const std::string& kind, V& value) {
  if constexpr (I == std::variant_size_v<V>) {
    refuse({&place, "kind"}, "is none that is known");
  } else {
    if (kind != std::variant_alternative_t<I, V>::kKind) {
      return read_kind<V, I + 1>(json, place, kind, value);
    }
    read_fields(json, place, value.template emplace<I>(), 1);
  }
}

template <class T>
void read_value(const Json& json, const Place& place, T& value) {
  if constexpr (Listed<T>) {
    read_fields(json, place, value);
  } else if constexpr (Worded<T>) {
    value = read_word<T>(json, place);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) refuse(place, "should be true or false");
    value = json.get<bool>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = read_text(json, place);
  } else if constexpr (kIsOptional<T>) {
    value.reset();
    if (!json.is_null()) read_value(json, place, value.emplace());
  } else if constexpr (kIsPair<T>) {
    check_list(json, place, 2);
    read_value(json[0], Place{&place, {}, 0}, value.first);
    read_value(json[1], Place{&place, {}, 1}, value.second);
  } else if constexpr (kIsVariant<T>) {
    const Place kind{&place, "kind"};
    read_kind(json, place, read_text(field_of(json, place, "kind"), kind), value);
  } else if constexpr (kIsArray<T>) {
    check_list(json, place, value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      read_value(json[i], Place{&place, {}, i}, value[i]);
    }
  } else if constexpr (kIsVector<T>) {
    if (!json.is_array()) refuse(place, "should be a list");
    value.clear();
    for (std::size_t i = 0; i < json.size(); ++i) {
      read_value(json[i], Place{&place, {}, i}, value.emplace_back());
    }
  } else {
    value = read_number<T>(json, place);
  }
}

}  // namespace ksmsim::viz
