// How pages are hashed: which function, under which key. XXH3 (64 bits) is as fast as memory, and
// no protection against somebody who can choose pages and see what they hash to; BLAKE2b under a
// key is one, at a fifth of the speed or less.
//
// Either way a page of zeros is 0, and 64 bits are kept: of 2^32 different pages (16 TiB) a pair
// collides with a chance of one half.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "traces/hash_key.hpp"

namespace ksmsim::traces {

enum class PageHash : std::uint8_t { xxh3, blake2b };

class PageHasher {
 public:
  PageHasher(const HashKey& key, PageHash hash);

  // The identity of kPageBytes bytes; for xxh3 that of content_of_page.
  std::uint64_t content_of(const char* page) const;

 private:
  HashKey key_;
  PageHash hash_;
  std::array<unsigned char, 64> blake2b_key_{};  // Drawn from the key; BLAKE2b takes no longer one.
};

}  // namespace ksmsim::traces
