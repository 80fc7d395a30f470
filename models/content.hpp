// Contents by name: page i of a file, of an image, of a guest's own memory. Equal names are equal
// contents in every guest, different ones never are (but for a collision of 64 bits). Identities
// are spread over all 64-bit numbers, so that their order is as good as random, and are never 0,
// the page of zeros.
#pragma once
#include <cstdint>
#include <string_view>

#include "sim/base/mix.hpp"

namespace ksmsim::models {

class ContentName {
 public:
  explicit ContentName(std::string_view name) {
    for (char c : name) key_ = mix64(key_ ^ static_cast<unsigned char>(c));
  }
  // A name of its own below this one.
  ContentName with(std::uint64_t part) const {
    ContentName below = *this;
    below.key_ = mix64(key_ + 0x9e3779b97f4a7c15u) ^ mix64(part + 1);
    below.key_ = mix64(below.key_);
    return below;
  }
  // The identity of page i of it.
  std::uint64_t page(std::uint64_t i) const {
    const std::uint64_t identity = mix64(key_ + mix64(i + 0x632be59bd9b4e019u));
    return identity == 0 ? 1 : identity;
  }
  // A number that depends on the name alone: for choices that are to be the same everywhere.
  std::uint64_t number(std::uint64_t i) const { return mix64(key_ ^ mix64(~i)); }

 private:
  std::uint64_t key_ = 0x6b736d73696dull;
};

}  // namespace ksmsim::models
