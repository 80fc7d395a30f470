// How pages become identities.
#include "traces/page_hasher.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "traces/page_hash.hpp"

namespace ksmsim::traces {
namespace {

HashKey key(unsigned char first) {
  std::string bytes;
  for (std::size_t i = 0; i < HashKey::kBytes; ++i) bytes += static_cast<char>(first + i);
  return HashKey::from_bytes(bytes).value();
}

TEST_CASE("A page of zeros is 0 under every hash and key") {
  const std::string zeros(kPageBytes, '\0');
  for (const PageHash hash : {PageHash::xxh3, PageHash::blake2b}) {
    CHECK(PageHasher(key(1), hash).content_of(zeros.data()) == kZeroContent);
    std::string almost = zeros;
    almost.back() = 1;
    CHECK(PageHasher(key(1), hash).content_of(almost.data()) != kZeroContent);
  }
}

TEST_CASE("Equal pages are equal under one key and unlike under another") {
  const std::string page(kPageBytes, 'x');
  const std::string other(kPageBytes, 'y');
  for (const PageHash hash : {PageHash::xxh3, PageHash::blake2b}) {
    const PageHasher hasher(key(1), hash);
    CHECK(hasher.content_of(page.data()) == PageHasher(key(1), hash).content_of(page.data()));
    CHECK(hasher.content_of(page.data()) != hasher.content_of(other.data()));
    CHECK(hasher.content_of(page.data()) != PageHasher(key(2), hash).content_of(page.data()));
  }
  CHECK(PageHasher(key(1), PageHash::xxh3).content_of(page.data()) ==
        content_of_page(page.data(), key(1)));
}

TEST_CASE("BLAKE2b takes all of the key and all of the page") {
  const std::string page(kPageBytes, 'x');
  const auto one = PageHasher(key(1), PageHash::blake2b).content_of(page.data());
  std::string bytes{key(1).bytes().data(), HashKey::kBytes};
  bytes.back() = static_cast<char>(bytes.back() + 1);
  CHECK(PageHasher(HashKey::from_bytes(bytes).value(), PageHash::blake2b).content_of(page.data()) !=
        one);
  std::string late = page;
  late.back() = 'z';
  CHECK(PageHasher(key(1), PageHash::blake2b).content_of(late.data()) != one);
}

}  // namespace
}  // namespace ksmsim::traces
