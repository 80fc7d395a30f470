// A line of a list of page hashes. # begins a comment; blanks or one comma stand between words.
//
//   HASH                 the hash of the next page
//   INDEX HASH           the hash of page INDEX (decimal, or hexadecimal with 0x)
//   guest NAME           what follows is of this guest
//   at SECONDS           what follows was so at this moment
//
// A hash is a number: of at most 64 hexadecimal digits (with or without 0x), or of decimal digits
// and at most 64 bits.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::traces::hash_lists {

enum class Base : std::uint8_t { decimal, hexadecimal };

// The hash as a number of 256 bits, the lowest byte first. Leading zeros make no difference.
using Hash = std::array<std::uint8_t, 32>;

Result<Hash> parse_hash(std::string_view word, Base base);

struct Line {
  enum class Kind : std::uint8_t { empty, page, guest, at };
  Kind kind = Kind::empty;
  std::optional<PageIndex> page;  // Of a page whose index is said,
  Hash hash{};                    // and its hash.
  std::string guest;
  Time at;
};

Result<Line> parse_line(std::string_view text, Base base);

}  // namespace ksmsim::traces::hash_lists
