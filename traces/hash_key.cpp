#include "traces/hash_key.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bitset>

namespace ksmsim::traces {
namespace {

// 192 random bytes have 135 different values, give or take 6. Text in base 64 has at most 64.
constexpr std::size_t kDifferentLeast = 80;

}  // namespace

Result<HashKey> HashKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != kBytes) {
    return Error{fmt::format("{} bytes{}; a key is {} random bytes", bytes.size(),
                             bytes.size() > kBytes ? " or more" : "", kBytes)};
  }
  std::bitset<256> values;
  for (const char c : bytes) values.set(static_cast<unsigned char>(c));
  if (values.count() < kDifferentLeast) {
    return Error{
        fmt::format("not random: only {} different bytes among {}; a key is {} random bytes, "
                    "which ksmsim draws itself where there is no file",
                    values.count(), kBytes, kBytes)};
  }
  HashKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

std::string HashKey::fingerprint() const {
  return fmt::format("{:08x}", XXH3_64bits(bytes_.data(), bytes_.size()) >> 32);
}

}  // namespace ksmsim::traces
