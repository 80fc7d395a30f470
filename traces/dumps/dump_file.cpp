#include "traces/dumps/dump_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "traces/dumps/known_formats.hpp"

namespace ksmsim::traces::dumps {
namespace {

// Stays in the processor's cache between being read and being hashed.
constexpr std::size_t kPiece = std::size_t{1} << 18;
static_assert(kPiece % kPageBytes == 0);
constexpr std::uint64_t kUntilTheEnd = ~std::uint64_t{0};
constexpr std::uint64_t kRawEnd = kPageIndexEnd * kPageBytes;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

Error known_as(const KnownFile& file) {
  return {fmt::format("byte {}: {}; {} (--format raw reads it as memory all the same)", file.offset,
                      file.what, file.instead)};
}

// What has no signature is a raw image.
Result<Format> recognise(DumpBytes& bytes) {
  std::string begin(kBeginBytes, '\0');
  const auto got = bytes.read(0, begin.data(), begin.size());
  if (!got) return got.error();
  begin.resize(*got);
  if (begin.starts_with(kElfMagic)) return Format::elf;
  if (const auto inner = unpack::packing_of(begin); inner != unpack::Packing::plain) {
    return Error{fmt::format("byte 0: packed twice, by {} inside {}; unpack it once",
                             unpack::name_of(inner), unpack::name_of(bytes.packing()))};
  }
  if (const auto known = known_by_begin(begin)) return known_as(*known);
  if (begin.size() < kPageBytes) {
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
  auto recognised = format ? Result<Format>(*format) : recognise(*bytes);
  if (!recognised) return recognised.error();
  DumpFile file(std::move(*bytes), *recognised);
  file.guessed_ = !format;
  if (*recognised == Format::elf) {
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

// Counts what was read of a raw image; it ends with a piece that is not full.
Result<void> DumpFile::take_raw(Segment& segment, std::string_view piece) {
  if (done_ == 0) return Error{"byte 0: the file is empty; no memory in it"};
  segment.count = PageCount{(done_ + kPageBytes - 1) / kPageBytes};
  if (done_ > kRawEnd || segment.start.value > kPageIndexEnd - segment.count.value) {
    return Error{fmt::format("byte {}: memory behind physical address {:#x}", done_, kRawEnd)};
  }
  end_ += piece.substr(piece.size() - std::min(piece.size(), kEndBytes));
  end_.erase(0, end_.size() - std::min(end_.size(), kEndBytes));
  if (piece.size() == kPiece) return {};
  segment.file_bytes = done_;
  if (guessed_) {
    if (const auto known = known_by_end(end_, done_)) return known_as(*known);
  }
  if (done_ % kPageBytes != 0) {
    remarks_.push_back(
        fmt::format("it ends in the middle of a page; zeros were put behind its last {} bytes",
                    done_ % kPageBytes));
  }
  if (done_ % kMiB != 0) {
    remarks_.push_back(fmt::format(
        "its {} bytes are no whole number of MiB, as a guest's memory mostly is; is it memory?",
        done_));
  }
  return {};
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
    if (auto r = take_raw(segment, {buffer_.get(), *got}); !r) return r.error();
    if (size == 0) return std::optional<Pages>{};
  }
  return std::optional<Pages>{pages};
}

}  // namespace ksmsim::traces::dumps
