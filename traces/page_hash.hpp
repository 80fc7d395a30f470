// How the bytes of a page become a content identity: a page of zeros is 0, any other its XXH3 of 64
// bits under a key. The order of identities is therefore not that of the pages' bytes.
#pragma once
#include <cstdint>

#include "sim/base/ids.hpp"
#include "traces/hash_key.hpp"

namespace ksmsim::traces {

// For importers: the page is not present. Never an identity.
inline constexpr std::uint64_t kNoContent = ~std::uint64_t{0};
inline constexpr std::uint64_t kZeroContent = 0;

// The identity of a page that is not zero, by its hash: the two values that mean something else
// become others.
constexpr std::uint64_t content_of_hash(std::uint64_t hash) {
  if (hash == kZeroContent) return 0x9e3779b97f4a7c15;
  return hash == kNoContent ? 0xd1b54a32d192ed03 : hash;
}

// Whether kPageBytes bytes are all zero.
bool is_zero_page(const char* page);
// The identity of kPageBytes bytes.
std::uint64_t content_of_page(const char* page, const HashKey& key);

}  // namespace ksmsim::traces
