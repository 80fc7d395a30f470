// ELF cores of a guest's physical memory, as QEMU's dump-guest-memory and virsh dump --memory-only
// write them: 64 bits, little-endian. Each PT_LOAD segment is a piece of physical memory whose
// bytes begin anywhere in the file, so pages are counted from the segment's start.
//
// What the headers claim costs no more memory than the headers have bytes.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "traces/dumps/dump_bytes.hpp"

namespace ksmsim::traces::dumps {

inline constexpr std::string_view kElfMagic{
    "\x7f"
    "ELF",
    4};

struct CoreSegment {
  std::uint64_t header = 0;       // Which program header says so; from 0 on.
  std::uint64_t file_offset = 0;  // Of its first byte.
  std::uint64_t file_bytes = 0;   // The last page need not be whole.
  PageIndex start;                // Physical address / 4096.
  PageCount count;                // Of memory; fewer pages may be in the file.

  PageIndex end() const { return start + count; }
};

struct ElfCore {
  std::uint16_t machine = 0;          // e_machine.
  std::vector<CoreSegment> segments;  // By physical address; not empty, disjoint, no empty ones.
};

inline constexpr std::uint16_t kMachine386 = 3, kMachineAmd64 = 62;  // EM_386, EM_X86_64.

Result<ElfCore> read_elf_core(DumpBytes& bytes);

}  // namespace ksmsim::traces::dumps
