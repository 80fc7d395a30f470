#include "traces/page_hash.hpp"

#include <xxhash.h>

#include <cstring>

namespace ksmsim::traces {

// Most pages differ from zero early.
bool is_zero_page(const char* page) {
  constexpr std::size_t kFirst = 16;
  constexpr char kZeros[kFirst] = {};
  return std::memcmp(page, kZeros, kFirst) == 0 &&
         std::memcmp(page, page + kFirst, kPageBytes - kFirst) == 0;
}

std::uint64_t content_of_page(const char* page, const HashKey& key) {
  if (is_zero_page(page)) return kZeroContent;
  const auto& secret = key.bytes();
  return content_of_hash(XXH3_64bits_withSecret(page, kPageBytes, secret.data(), secret.size()));
}

}  // namespace ksmsim::traces
