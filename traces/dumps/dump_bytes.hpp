// The bytes of a dump by their offsets (unpacked). A plain file is read wherever one likes. A pipe
// or a packed file only goes forwards; but while the headers are read, its bytes are kept, so that
// these may lie anywhere in its first kHeadBytesMax.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <string>

#include "sim/base/result.hpp"
#include "traces/unpack/unpacker.hpp"

namespace ksmsim::traces::dumps {

class DumpBytes {
 public:
  static constexpr std::uint64_t kHeadBytesMax = std::uint64_t{16} << 20;

  static Result<DumpBytes> open(std::unique_ptr<std::istream> in);

  unpack::Packing packing() const { return from_.packing(); }
  std::uint64_t packed_offset() const { return from_.packed_offset(); }
  bool goes_backwards() const { return from_.can_seek(); }

  // Puts up to `size` bytes from this offset on at `to`; returns how many: fewer at the end only.
  Result<std::size_t> read(std::uint64_t offset, char* to, std::size_t size);
  // All of them, or that the dump is truncated: they are `what` ("program header 3").
  Result<void> read_all(std::uint64_t offset, char* to, std::size_t size, const std::string& what);
  // The headers are read; bytes that pass by are kept no longer.
  void end_head() { keeps_ = false; }

 private:
  explicit DumpBytes(unpack::Unpacker from) : from_(std::move(from)) {}
  Result<void> keep_up_to(std::uint64_t end);

  unpack::Unpacker from_;
  std::string head_;  // The first bytes, of what goes forwards only.
  bool keeps_ = true;
};

}  // namespace ksmsim::traces::dumps
