// The checksum that an rmap item remembers: a 32-bit mix of a content's identity. The kernel's is
// the low half of XXH64 of the bytes; all that matters is that equal contents have equal ones and
// that unequal contents collide once in 2^32. Never 0, which stands for "never checksummed".
#pragma once
#include <cstdint>

#include "sim/base/mix.hpp"

namespace ksmsim::ksm {

constexpr std::uint32_t checksum(std::uint64_t content) {
  const auto low = static_cast<std::uint32_t>(mix64(content));
  return low != 0 ? low : 1;
}

}  // namespace ksmsim::ksm
