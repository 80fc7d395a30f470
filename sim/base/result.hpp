// Expected failures are values: bad input, a file that cannot be read, a knob that is refused.
// (C++20 has no std::expected.) Broken promises are KSM_CHECK instead.
//
// An Error is one line: what is wrong, where, and what would be right. It carries no file name;
// whoever knows the name puts it in front (Error::in).
#pragma once
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "sim/base/check.hpp"

namespace ksmsim {

struct Error {
  std::string text;

  // The same error with a place in front: "PLACE: TEXT".
  Error in(const std::string& place) const { return {place + ": " + text}; }
};

// A T or an Error. `if (!r) return r.error();`
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // REQUIRES: ok().
  T& value() & { return KSM_CHECK(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return KSM_CHECK(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return KSM_CHECK(ok()), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  // REQUIRES: !ok().
  const Error& error() const { return KSM_CHECK(!ok()), *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

// Nothing, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return KSM_CHECK(failed_), error_; }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace ksmsim
