#include "traces/dumps/dump_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace ksmsim::traces::dumps {
namespace {

using namespace std::string_view_literals;

// Stays in the processor's cache between being read and being hashed.
constexpr std::size_t kPiece = std::size_t{1} << 18;
static_assert(kPiece % kPageBytes == 0);
constexpr std::uint64_t kUntilTheEnd = ~std::uint64_t{0};
constexpr std::uint64_t kRawEnd = kPageIndexEnd * kPageBytes;

// Files that somebody could take for a dump that can be read.
struct Foreign {
  std::string_view magic;
  const char* what;
};
constexpr std::array<Foreign, 10> kForeign{{
    {"KDUMP   "sv,
     "a kdump-compressed dump; make an ELF one: dump-guest-memory without -z, -l, -s"},
    {"DISKDUMP"sv, "a diskdump; make an ELF one: dump-guest-memory, virsh dump --memory-only"},
    {"makedumpfile"sv, "a flattened kdump; make an ELF one: dump-guest-memory without -z, -l, -s"},
    {"EMiL"sv, "a LiME image; make an ELF core or a raw image"},
    {"PAGEDU64"sv, "a Windows crash dump; make an ELF core: dump-guest-memory without -w"},
    {"PAGEDUMP"sv, "a Windows crash dump; make an ELF core: dump-guest-memory without -w"},
    {"LibvirtQemudSave"sv, "a saved domain; make an ELF core: virsh dump --memory-only"},
    {"QEVM"sv, "a migration stream of QEMU; make an ELF core: dump-guest-memory"},
    {"QFI\xfb"sv, "a qcow2 disk image, not memory"},
    {"BZh"sv, "packed by bzip2; unpack it (zstd, gzip and xz are read as they are)"},
}};
Result<Format> recognise(DumpBytes& bytes) {
  std::array<char, kPageBytes> raw{};
  const auto got = bytes.read(0, raw.data(), raw.size());
  if (!got) return got.error();
  const std::string_view begin(raw.data(), *got);
  if (begin.starts_with(kElfMagic)) return Format::elf;
  for (const Foreign& foreign : kForeign) {
    if (begin.starts_with(foreign.magic)) {
      return Error{
          fmt::format("byte 0: {} (--format raw reads it as memory all the same)", foreign.what)};
    }
  }
  if (begin.size() < raw.size()) {
    return Error{
        fmt::format("byte 0: {} bytes are neither an ELF core nor a page of memory", begin.size())};
  }
  return Format::raw;
}

Role role_of(const ElfCore& core, const CoreSegment& segment) {
  constexpr std::uint64_t kHole = 0xe0000000 / kPageBytes, kHoleEnd = (1ull << 32) / kPageBytes;
  const bool pc = core.machine == kMachineAmd64 || core.machine == kMachine386;
  if (!pc || segment.start.value < kHole || segment.end().value > kHoleEnd) return Role::ram;
  return segment.end().value == kHoleEnd ? Role::rom : Role::device;
}

}  // namespace

const char* name_of(Role role) {
  switch (role) {
    case Role::ram:
      return "ram";
    case Role::device:
      return "device";
    case Role::rom:
      return "rom";
  }
  return "";
}

Result<DumpFile> DumpFile::open(std::unique_ptr<std::istream> in, std::optional<Format> format,
                                PageIndex base) {
  auto bytes = DumpBytes::open(std::move(in));
  if (!bytes) return bytes.error();
  if (!format) {
    const auto recognised = recognise(*bytes);
    if (!recognised) return recognised.error();
    format = *recognised;
  }
  DumpFile file(std::move(*bytes), *format);
  if (*format == Format::elf) {
    if (auto r = file.open_elf(); !r) return r.error();
  } else {
    file.open_raw(base);
  }
  file.bytes_.end_head();
  file.buffer_ = std::make_unique_for_overwrite<char[]>(kPiece);
  return file;
}

Result<void> DumpFile::open_elf() {
  const auto core = read_elf_core(bytes_);
  if (!core) return core.error();
  for (const CoreSegment& s : core->segments) {
    segments_.push_back({s.start, s.count, role_of(*core, s), s.file_offset, s.file_bytes});
    const std::uint64_t address = s.start.value * kPageBytes;
    const std::uint64_t in_file = (s.file_bytes + kPageBytes - 1) / kPageBytes;
    if (s.file_bytes % kPageBytes != 0) {
      remarks_.push_back(fmt::format(
          "the segment at {:#x} ends in the middle of a page; zeros were put behind its last {} "
          "bytes",
          address, s.file_bytes % kPageBytes));
    }
    if (in_file < s.count.value) {
      remarks_.push_back(
          fmt::format("the segment at {:#x} has {} pages, but only {} of them are in "
                      "the dump; the others count as not present",
                      address, s.count.value, in_file));
    }
  }
  return {};
}

void DumpFile::open_raw(PageIndex base) {
  segments_.push_back({base, PageCount{0}, Role::ram, 0, kUntilTheEnd});
}

// Fills the buffer with the next bytes of the segment; returns how many there are.
Result<std::size_t> DumpFile::read_piece(const Segment& segment) {
  const auto size = std::min<std::uint64_t>(segment.file_bytes - done_, kPiece);
  auto got = bytes_.read(segment.file_offset + done_, buffer_.get(), size);
  if (!got) return got.error();
  if (*got < size && format_ == Format::elf) {
    return Error{
        fmt::format("byte {}: the file ends where {} more bytes of the segment at physical address "
                    "{:#x} should "
                    "be: truncated",
                    segment.file_offset + done_ + *got, segment.file_bytes - done_ - *got,
                    segment.start.value * kPageBytes)};
  }
  return got;
}

Result<std::optional<DumpFile::Pages>> DumpFile::next() {
  while (segment_ < segments_.size() && done_ >= segments_[segment_].file_bytes) {
    ++segment_;
    done_ = 0;
  }
  if (segment_ == segments_.size()) return std::optional<Pages>{};
  Segment& segment = segments_[segment_];
  const auto got = read_piece(segment);
  if (!got) return got.error();
  Pages pages{segment_, segment.start + PageCount{done_ / kPageBytes}, {}};
  done_ += *got;
  std::size_t size = *got;
  if (const std::size_t rest = size % kPageBytes; rest != 0) {
    std::memset(buffer_.get() + size, 0, kPageBytes - rest);
    size += kPageBytes - rest;
  }
  pages.bytes = {buffer_.get(), size};
  if (format_ == Format::raw) {
    if (done_ == 0) return Error{"byte 0: the file is empty; no memory in it"};
    if (done_ > kRawEnd ||
        segment.start.value > kPageIndexEnd - (done_ + kPageBytes - 1) / kPageBytes) {
      return Error{fmt::format("byte {}: memory behind physical address {:#x}", done_, kRawEnd)};
    }
    segment.count = PageCount{(done_ + kPageBytes - 1) / kPageBytes};
    if (*got < kPiece) {
      segment.file_bytes = done_;
      if (done_ % kPageBytes != 0) {
        remarks_.push_back(
            fmt::format("it ends in the middle of a page; zeros were put behind its last {} bytes",
                        done_ % kPageBytes));
      }
      if (size == 0) return std::optional<Pages>{};
    }
  }
  return std::optional<Pages>{pages};
}

}  // namespace ksmsim::traces::dumps
