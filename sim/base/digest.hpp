// The digest of a run: one 64-bit number over everything that is added, in the order of adding.
// Equal on every machine and compiler. It guards against accidents, not against attackers.
#pragma once
#include <cstdint>
#include <string_view>

#include "sim/base/mix.hpp"

namespace ksmsim {

class Digest {
 public:
  void add(std::uint64_t number) { state_ = mix64(state_ ^ number) + 0x9e3779b97f4a7c15u; }
  void add(std::string_view text) {
    add(text.size());
    for (char c : text) add(static_cast<unsigned char>(c));
  }
  std::uint64_t value() const { return mix64(state_); }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace ksmsim
