#include "models/parameters.hpp"

#include <array>

#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

template <class T>
const T& get(const std::map<std::string, Value>& values, std::string_view key) {
  const auto at = values.find(std::string(key));
  KSM_CHECK(at != values.end());
  const T* value = std::get_if<T>(&at->second);
  KSM_CHECK(value != nullptr);
  return *value;
}

}  // namespace

std::string_view name_of(Evidence evidence) {
  constexpr std::array<std::string_view, 3> kNames{"measured", "cited", "assumed"};
  return kNames[static_cast<std::size_t>(evidence)];
}

std::int64_t Values::number(std::string_view key) const { return get<std::int64_t>(values_, key); }
std::uint64_t Values::amount(std::string_view key) const {
  const std::int64_t n = number(key);
  KSM_CHECK(n >= 0);
  return static_cast<std::uint64_t>(n);
}
const std::string& Values::text(std::string_view key) const {
  return get<std::string>(values_, key);
}
const std::vector<Share>& Values::shares(std::string_view key) const {
  return get<std::vector<Share>>(values_, key);
}

}  // namespace ksmsim::models
