#include "sim/results/run_result.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include "sim/base/digest.hpp"

namespace ksmsim::results {
namespace {

// Adds a value of any part of a result. Whatever has a length says it first.
template <class T>
void add(Digest& digest, const T& value) {
  if constexpr (Listed<const T>) {
    for_each_field(value, [&digest](const char*, const auto& field) { add(digest, field); });
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    digest.add(static_cast<std::uint64_t>(value));
  } else if constexpr (kIsOptional<T>) {
    add(digest, value.has_value());
    if (value) add(digest, *value);
  } else if constexpr (kIsPair<T>) {
    add(digest, value.first);
    add(digest, value.second);
  } else if constexpr (kIsVariant<T>) {
    add(digest, value.index());
    std::visit([&digest](const auto& held) { add(digest, held); }, value);
  } else if constexpr (kIsVector<T> || kIsArray<T>) {
    add(digest, value.size());
    for (const auto& element : value) add(digest, element);
  } else {
    digest.add(std::string_view(value));
  }
}

constexpr std::array<std::string_view, 5> kBesideTheDigest{"provenance", "scenario", "observed",
                                                           "lives", "digest"};

}  // namespace

void name_classes(RunResult& result, const std::vector<std::string>& classes) {
  for (DuplicateRow& row : result.duplicates.classes) {
    if (row.number < classes.size()) row.name = classes[row.number];
  }
  for (Storm* storm : {&result.storm, result.peak_storm ? &*result.peak_storm : nullptr}) {
    if (storm == nullptr) continue;
    for (Blast& blast : storm->classes) {
      if (blast.number < classes.size()) blast.page_class = classes[blast.number];
    }
  }
}

std::uint64_t digest_of(const RunResult& result) {
  Digest digest;
  add(digest, kFormatVersion);
  for_each_field(result, [&digest](std::string_view name, const auto& field) {
    const bool beside =
        std::find(kBesideTheDigest.begin(), kBesideTheDigest.end(), name) != kBesideTheDigest.end();
    if (!beside) add(digest, field);
  });
  return digest.value();
}

std::uint64_t digest_of_all(const RunResult& result) {
  Digest digest;
  add(digest, kFormatVersion);
  add(digest, result);
  return digest.value();
}

}  // namespace ksmsim::results
