// The secret under which pages are hashed (XXH3, 64 bits). A trace that leaves its host then says
// which pages are equal and which are zero; what a page held cannot be looked up in a table made
// elsewhere. XXH3 is no cryptographic hash: the key keeps honest people honest, and whoever has it
// can tell whether a page that they know was there.
//
// Traces whose pages were hashed with one key can be compared page by page; others cannot.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace ksmsim::traces {

class HashKey {
 public:
  static constexpr std::size_t kBytes = 192;

  // A key of these bytes, or why they are none: their number, or that they are not random.
  static Result<HashKey> from_bytes(std::string_view bytes);

  const std::array<char, kBytes>& bytes() const { return bytes_; }
  // 8 hexadecimal digits by which two uses of one key are recognised, and no more is learnt.
  std::string fingerprint() const;

 private:
  HashKey() = default;
  std::array<char, kBytes> bytes_{};
};

}  // namespace ksmsim::traces
