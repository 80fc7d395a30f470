// The words and limits of guests.bin (docs/trace-format.md). All numbers are little-endian.
//
//   preamble  magic, version
//   sections  header, blocks of operations, index: each a frame of fixed size and a payload,
//             which is cereal's portable binary, compressed by zstd
//   trailer   where the index is
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ksmsim::traces {

// Not text (the first byte), and broken by programs that translate line ends.
inline constexpr std::string_view kMagic{"\x89KSM\r\n\x1a\n", 8};
// Version 2 added `collapse`, version 3 `activity`; older traces are read as they are.
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::uint32_t kOldestVersion = 1;
constexpr bool is_known_version(std::uint64_t version) {
  return version >= kOldestVersion && version <= kVersion;
}
inline constexpr std::string_view kTrailerMagic{"KSM-END\n", 8};

inline constexpr std::size_t kPreambleBytes = 16;
inline constexpr std::size_t kFrameBytes = 48;
inline constexpr std::size_t kTrailerBytes = 32;

// Of an unpacked payload.
inline constexpr std::uint32_t kBlockBytesMax = 16u << 20;
inline constexpr std::uint32_t kBlockBytesUsual = 4u << 20;
// Of a packed payload: what zstd may make of one that does not compress.
inline constexpr std::uint32_t kPackedBytesMax = kBlockBytesMax + (kBlockBytesMax >> 8);

// A write that lists more contents is written as several writes.
inline constexpr std::uint64_t kListMax = 1u << 20;
// NUMA nodes are numbered below this.
inline constexpr unsigned kNodeEnd = 64;
// A line of the text form: the longest operation, each byte as \xNN.
inline constexpr std::size_t kLineBytesMax = std::size_t{72} << 20;

// zstd's effort. Part of the format as far as "the same operations, the same bytes" goes.
inline constexpr int kZstdLevel = 9;

// What a section holds, as its frame says: four letters.
enum class SectionKind : std::uint32_t {
  header = 0x5244484b,      // KHDR
  operations = 0x53504f4b,  // KOPS
  index = 0x5844494b,       // KIDX
};

}  // namespace ksmsim::traces
