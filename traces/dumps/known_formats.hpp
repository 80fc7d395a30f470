// Files that are not a guest's memory as it is, and how they are told: by signatures. What somebody
// could hand in as a dump has to be known by name, since taken for memory it would give figures
// that look right.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ksmsim::traces::dumps {

// A file of a known format.
struct KnownFile {
  std::uint64_t offset = 0;  // Of the bytes that tell.
  std::string_view what;     // "a qcow2 disk image".
  std::string_view instead;  // What to do: "unpack it first".
};

// Signatures stand in the first kBeginBytes or in the last kEndBytes of a file.
inline constexpr std::size_t kBeginBytes = std::size_t{65} << 10;
inline constexpr std::size_t kEndBytes = 512;

// What a file is that begins so; nothing if it may be memory. `begin` has kBeginBytes, or all that
// there are.
std::optional<KnownFile> known_by_begin(std::string_view begin);
// What a file of `size` bytes is that ends so. `end` has kEndBytes, or all that there are.
std::optional<KnownFile> known_by_end(std::string_view end, std::uint64_t size);

}  // namespace ksmsim::traces::dumps
