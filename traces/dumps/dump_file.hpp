// A dump of one guest's physical memory at one moment, page by page: an ELF core, or a raw image
// (pmemsave), which is told by not being anything else that is known (known_formats.hpp).
//
// Pages come in the order of physical addresses. Memory: a buffer and the list of segments.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "traces/dumps/dump_bytes.hpp"
#include "traces/dumps/elf_core.hpp"

namespace ksmsim::traces::dumps {

// What a segment is for, guessed by its address: between 3.5 and 4 GiB a PC has no RAM; what ends
// at 4 GiB is its BIOS.
enum class Role : std::uint8_t { ram, device, rom };
const char* name_of(Role role);

enum class Format : std::uint8_t { elf, raw };

struct Segment {
  PageIndex start;
  PageCount count;  // Of a raw image 0 until it is read to its end.
  Role role = Role::ram;
  std::uint64_t file_offset = 0;
  std::uint64_t file_bytes = 0;  // Of a raw image: as many as there are.

  PageIndex end() const { return start + count; }
};

class DumpFile {
 public:
  // Without a format it is recognised; a format of others that could be meant is an Error. `base`
  // is the physical page at which a raw image begins.
  static Result<DumpFile> open(std::unique_ptr<std::istream> in, std::optional<Format> format,
                               PageIndex base);

  Format format() const { return format_; }
  unpack::Packing packing() const { return bytes_.packing(); }
  std::uint64_t packed_offset() const { return bytes_.packed_offset(); }
  // Ascending and disjoint; not empty.
  const std::vector<Segment>& segments() const { return segments_; }
  // What was taken for what, where that is not plain.
  const std::vector<std::string>& remarks() const { return remarks_; }

  // Whole pages, one after the other.
  struct Pages {
    std::size_t segment = 0;
    PageIndex start;
    std::string_view bytes;
  };
  // The next pages that are in the dump, good until the next call; nothing at the end.
  Result<std::optional<Pages>> next();

 private:
  DumpFile(DumpBytes bytes, Format format) : bytes_(std::move(bytes)), format_(format) {}
  Result<void> open_elf();
  void open_raw(PageIndex base);
  Result<std::size_t> read_piece(const Segment& segment);
  Result<void> take_raw(Segment& segment, std::string_view piece);

  DumpBytes bytes_;
  Format format_;
  std::vector<Segment> segments_;
  std::vector<std::string> remarks_;
  std::unique_ptr<char[]> buffer_;
  std::size_t segment_ = 0;  // That is being read.
  std::uint64_t done_ = 0;   // Bytes of it.
  bool guessed_ = false;     // The format was not said.
  std::string end_;          // The last bytes of a raw image so far.
};

}  // namespace ksmsim::traces::dumps
