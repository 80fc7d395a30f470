#include "traces/page_hasher.hpp"

#include <sodium/crypto_generichash_blake2b.h>

#include "sim/base/check.hpp"
#include "traces/page_hash.hpp"

namespace ksmsim::traces {
namespace {

const unsigned char* bytes_of(const char* text) {
  return reinterpret_cast<const unsigned char*>(text);
}

}  // namespace

PageHasher::PageHasher(const HashKey& key, PageHash hash) : key_(key), hash_(hash) {
  static_assert(sizeof blake2b_key_ == crypto_generichash_blake2b_KEYBYTES_MAX);
  const int failed =
      crypto_generichash_blake2b(blake2b_key_.data(), blake2b_key_.size(),
                                 bytes_of(key.bytes().data()), key.bytes().size(), nullptr, 0);
  KSM_CHECK(failed == 0);  // It fails on lengths out of range only.
}

std::uint64_t PageHasher::content_of(const char* page) const {
  if (hash_ == PageHash::xxh3) return content_of_page(page, key_);
  if (is_zero_page(page)) return kZeroContent;
  std::array<unsigned char, crypto_generichash_blake2b_BYTES> digest;
  const int failed =
      crypto_generichash_blake2b(digest.data(), digest.size(), bytes_of(page), kPageBytes,
                                 blake2b_key_.data(), blake2b_key_.size());
  KSM_CHECK(failed == 0);
  std::uint64_t hash = 0;
  for (int i = 7; i >= 0; --i) hash = hash << 8 | digest[static_cast<std::size_t>(i)];
  return content_of_hash(hash);
}

}  // namespace ksmsim::traces
