// The bytes of a file that may be packed, as a stream: zstd, gzip and xz are known by their first
// bytes and unpacked piece by piece, several packed streams one after the other included; whatever
// else it is, is taken as it is.
//
// Offsets count unpacked bytes. Memory: the window of the packing (Decoder) and a buffer.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "traces/unpack/decoder.hpp"

namespace ksmsim::traces::unpack {

// "zstd"; "" for plain.
const char* name_of(Packing packing);
// How a file is packed that begins with these bytes (kMagicBytes of them decide).
Packing packing_of(std::string_view begin);
inline constexpr std::size_t kMagicBytes = 6;

class Unpacker {
 public:
  // A file that has to be packed so. `in` stands at its beginning.
  Unpacker(std::unique_ptr<std::istream> in, Packing packing);
  // A file that may be packed; an Error if it cannot be read.
  static Result<Unpacker> open(std::unique_ptr<std::istream> in);

  Packing packing() const { return packing_; }
  // Unpacked bytes before the next one.
  std::uint64_t offset() const { return offset_; }
  // Bytes of the file that were taken so far.
  std::uint64_t packed_offset() const;
  // Whether skip_to() can go anywhere: a plain file, not a pipe.
  bool can_seek() const { return size_.has_value(); }

  // Puts up to `size` further bytes at `to`; returns how many: fewer at the end only. An Error if
  // the input is damaged or ends inside a packed stream.
  Result<std::size_t> read(void* to, std::size_t size);
  // Goes to an offset, or to the end if that comes before it.
  // REQUIRES: not backwards, unless can_seek().
  Result<void> skip_to(std::uint64_t offset);

 private:
  Result<std::size_t> read_plain(char* to, std::size_t size);
  Result<std::size_t> read_packed(char* to, std::size_t size);
  Result<void> refill();

  std::unique_ptr<std::istream> in_;
  Packing packing_;
  std::unique_ptr<Decoder> decoder_;  // Not for plain files.
  std::string buffer_;                // Bytes of the file; those from `at_` on are to come.
  std::size_t at_ = 0;
  std::uint64_t taken_ = 0;  // Bytes of the file that went into the buffer.
  std::uint64_t offset_ = 0;
  std::optional<std::uint64_t> size_;  // Of a plain file that is no pipe.
};

}  // namespace ksmsim::traces::unpack
