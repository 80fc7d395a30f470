// The index at the end of a trace: what a reader that starts at a block has to know.
#pragma once
#include <cstdint>
#include <vector>

namespace ksmsim::traces {

struct BlockEntry {
  std::uint64_t offset = 0;           // Of the block's frame in the file.
  std::uint64_t first_operation = 0;  // How many operations stand before the block.
  std::uint32_t operations = 0;
  std::uint32_t next_mm = 0;  // The number of the first address space that begins in or after it.
  std::int64_t first_ns = 0, last_ns = 0;

  bool operator==(const BlockEntry&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(offset, first_operation, operations, next_mm, first_ns, last_ns);
  }
};

using BlockIndex = std::vector<BlockEntry>;

}  // namespace ksmsim::traces
