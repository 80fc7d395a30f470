// One list of fields for each struct that is data: what is added to a digest, written as JSON, read
// back and shown comes from that list.
//
// A list is a function for_each_field(part, f) beside the struct, which calls f(name, member) for
// every member. It takes the struct apart by a structured binding, so that a member that the list
// does not have stops the build. Likewise words_of(E{}) beside an enum: a word for each value.
#pragma once
#include <array>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ksmsim {

// T is Part or const Part.
template <class T, class Part>
concept Of = std::same_as<std::remove_const_t<T>, Part>;

// Takes what a list hands out, and does nothing with it.
struct NoField {
  template <class M>
  void operator()(const char*, M&) const {}
};

// Whether there is a list for it.
template <class T>
concept Listed = requires(T& part) {
  for_each_field(part, NoField{});
};

// Whether there is a word for each of its values, which count from 0.
template <class E>
concept Worded = std::is_enum_v<E> && requires {
  words_of(E{});
};

// What holds others. REQUIRES of a variant: each alternative says what it is by kKind.
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;
template <class T>
inline constexpr bool kIsPair = false;
template <class A, class B>
inline constexpr bool kIsPair<std::pair<A, B>> = true;
template <class T>
inline constexpr bool kIsVariant = false;
template <class... T>
inline constexpr bool kIsVariant<std::variant<T...>> = true;

}  // namespace ksmsim
