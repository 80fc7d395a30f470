#include "traces/dumps/elf_core.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "sim/input/operation_checker.hpp"
#include "traces/bytes.hpp"

namespace ksmsim::traces::dumps {
namespace {

constexpr std::uint64_t kHeaderBytes = 64, kProgramHeaderBytes = 56, kSectionHeaderBytes = 64;
constexpr std::uint16_t kTypeCore = 4;              // ET_CORE
constexpr std::uint32_t kLoad = 1;                  // PT_LOAD
constexpr std::uint16_t kNumberInSection = 0xffff;  // PN_XNUM
constexpr std::uint64_t kFileEnd = std::uint64_t{1} << 62;
// Regions that an address space may have, and room to map one more.
constexpr std::size_t kSegmentsMax = input::kRegionsMax - 2;
constexpr std::uint64_t kMemoryEnd = kPageIndexEnd * kPageBytes;

Error at(std::uint64_t offset, const std::string& what) {
  return {fmt::format("byte {}: {}", offset, what)};
}

struct Table {
  std::uint64_t offset = 0, count = 0;
};

Result<void> check_identity(std::string_view h) {
  if (!h.starts_with(kElfMagic)) return at(0, "not ELF: it does not begin with \\x7fELF");
  if (h[4] != 2) {
    return at(4,
              fmt::format("ELF of {} bits; only 64 bits are known", h[4] == 1 ? "32" : "strange"));
  }
  if (h[5] != 1) return at(5, "big-endian ELF; only little-endian is known");
  if (const auto type = get_number<std::uint16_t>(h, 16); type != kTypeCore) {
    return at(16, fmt::format("ELF of type {}, not a core (type {})", type, kTypeCore));
  }
  if (const auto size = get_number<std::uint16_t>(h, 54); size != kProgramHeaderBytes) {
    return at(54, fmt::format("program headers of {} bytes, not {}", size, kProgramHeaderBytes));
  }
  return {};
}

// Where the program headers are. More than 65534 are counted in section header 0.
Result<Table> program_headers(DumpBytes& bytes, std::string_view h) {
  Table table{get_number<std::uint64_t>(h, 32), get_number<std::uint16_t>(h, 56)};
  if (table.count == kNumberInSection) {
    const auto section = get_number<std::uint64_t>(h, 40);
    if (section == 0 || section > kFileEnd) {
      return at(40, fmt::format("section headers at byte {}, where the number of program headers "
                                "should stand",
                                section));
    }
    std::array<char, kSectionHeaderBytes> raw{};
    if (auto r = bytes.read_all(section, raw.data(), raw.size(), "section header 0"); !r) {
      return r.error();
    }
    table.count = get_number<std::uint32_t>({raw.data(), raw.size()}, 44);
  }
  if (table.offset > kFileEnd) {
    return at(32, fmt::format("program headers at byte {}", table.offset));
  }
  return table;
}

// The segment that a program header says, which is at byte `here`; nothing if it is none of memory.
Result<CoreSegment> segment_of(std::string_view h, std::uint64_t here) {
  CoreSegment segment;
  segment.file_offset = get_number<std::uint64_t>(h, 8);
  segment.file_bytes = get_number<std::uint64_t>(h, 32);
  const auto address = get_number<std::uint64_t>(h, 24);
  const auto bytes = get_number<std::uint64_t>(h, 40);
  if (segment.file_offset > kFileEnd || segment.file_bytes > kFileEnd) {
    // QEMU gives an offset of -1 to memory that is not in the file.
    if (segment.file_bytes != 0) {
      return at(here + 8, fmt::format("a segment of {} bytes at byte {} of the file",
                                      segment.file_bytes, segment.file_offset));
    }
    segment.file_offset = 0;
  }
  if (segment.file_bytes > bytes) {
    return at(here + 32, fmt::format("a segment has {} bytes in the file, more than its {} in "
                                     "memory",
                                     segment.file_bytes, bytes));
  }
  if (address % kPageBytes != 0) {
    return at(here + 24,
              fmt::format("a segment begins at physical address {:#x}, not at a page", address));
  }
  if (address >= kMemoryEnd || bytes > kMemoryEnd - address) {
    return at(here + 24, fmt::format("a segment of {} bytes at physical address {:#x} ends behind "
                                     "{:#x}",
                                     bytes, address, kMemoryEnd));
  }
  segment.start = PageIndex{address / kPageBytes};
  segment.count = PageCount{(bytes + kPageBytes - 1) / kPageBytes};
  return segment;
}

Result<void> check_disjoint(const std::vector<CoreSegment>& segments) {
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const CoreSegment &a = segments[i - 1], &b = segments[i];
    if (a.end() <= b.start) continue;
    return Error{fmt::format(
        "program headers {} and {}: segments overlap at physical address {:#x}; a dump made with "
        "paging (dump-guest-memory -p) cannot be used, make it without",
        a.header, b.header, b.start.value * kPageBytes)};
  }
  return {};
}

}  // namespace

Result<ElfCore> read_elf_core(DumpBytes& bytes) {
  std::array<char, kHeaderBytes> raw{};
  const std::string_view header(raw.data(), raw.size());
  if (auto r = bytes.read_all(0, raw.data(), raw.size(), "the ELF header"); !r) return r.error();
  if (auto r = check_identity(header); !r) return r.error();
  const auto table = program_headers(bytes, header);
  if (!table) return table.error();
  ElfCore core;
  core.machine = get_number<std::uint16_t>(header, 18);
  for (std::uint64_t i = 0; i < table->count; ++i) {
    std::array<char, kProgramHeaderBytes> entry{};
    const std::uint64_t here = table->offset + i * kProgramHeaderBytes;
    const std::string what = fmt::format("program header {} of {}", i, table->count);
    if (auto r = bytes.read_all(here, entry.data(), entry.size(), what); !r) return r.error();
    const std::string_view fields(entry.data(), entry.size());
    if (get_number<std::uint32_t>(fields, 0) != kLoad) continue;
    auto segment = segment_of(fields, here);
    if (!segment) return segment.error();
    if (segment->count.value == 0) continue;
    segment->header = i;
    if (core.segments.size() == kSegmentsMax) {
      return at(here, fmt::format("more than {} segments of memory", kSegmentsMax));
    }
    core.segments.push_back(*segment);
  }
  if (core.segments.empty()) {
    return at(56, fmt::format("none of {} program headers is a segment of memory (PT_LOAD)",
                              table->count));
  }
  std::stable_sort(core.segments.begin(), core.segments.end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  if (auto r = check_disjoint(core.segments); !r) return r.error();
  return core;
}

}  // namespace ksmsim::traces::dumps
