// Sections of a trace: a frame of kFrameBytes and a payload that zstd has packed. The frame says
// what the section is and how large, and carries the checksums (XXH3, 64 bits) of itself and of the
// packed payload.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "traces/format.hpp"

namespace ksmsim::traces {

struct Frame {
  SectionKind kind = SectionKind::operations;
  std::uint32_t unpacked_bytes = 0;
  std::uint32_t packed_bytes = 0;
  std::uint32_t operations = 0;            // In a block; 0 in other sections.
  std::int64_t first_ns = 0, last_ns = 0;  // Of the operations; in an index, of all blocks.
  std::uint64_t payload_hash = 0;          // Of the packed payload.

  bool operator==(const Frame&) const = default;
};

std::uint64_t hash_bytes(std::string_view bytes);

// The bytes of a frame, with its own checksum at the end.
std::string frame_bytes(const Frame& frame);
// What a frame says, if its checksum and its claims are right. REQUIRES: kFrameBytes bytes.
Result<Frame> parse_frame(std::string_view bytes);

// Packs a payload and writes its sizes and checksum into the frame. REQUIRES: at most
// kBlockBytesMax bytes.
std::string pack_payload(std::string_view payload, Frame& frame);
// The payload, if it is what the frame says.
Result<std::string> unpack_payload(std::string_view packed, const Frame& frame);

}  // namespace ksmsim::traces
