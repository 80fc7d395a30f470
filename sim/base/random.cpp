#include "sim/base/random.hpp"

#include "sim/base/check.hpp"
#include "sim/base/mix.hpp"

namespace ksmsim {

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : state_(mix64(seed)) {
  for (char c : name) state_ = mix64(state_ ^ static_cast<unsigned char>(c));
}

std::uint64_t RandomStream::next() {
  state_ += 0x9e3779b97f4a7c15u;
  return mix64(state_);
}

std::uint64_t RandomStream::below(std::uint64_t end) {
  KSM_CHECK(end > 0);
  // Numbers of the incomplete last round are drawn again, so that none is favoured.
  const std::uint64_t rest = (~std::uint64_t{0} % end + 1) % end;
  for (;;) {
    const std::uint64_t n = next();
    if (n <= ~std::uint64_t{0} - rest) return n % end;
  }
}

std::uint64_t RandomStream::between(std::uint64_t least, std::uint64_t most) {
  KSM_CHECK(least <= most && most - least != ~std::uint64_t{0});
  return least + below(most - least + 1);
}

}  // namespace ksmsim
