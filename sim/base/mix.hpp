// The one integer hash of the project: the finaliser of splitmix64, a bijection of 64-bit numbers.
#pragma once
#include <cstdint>

namespace ksmsim {

constexpr std::uint64_t mix64(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace ksmsim
