// Unpacks a zstd stream piece by piece: the memory taken is that of the stream's window, 128 MiB at
// most, whatever the stream claims.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <string>

#include "sim/base/result.hpp"

namespace ksmsim::traces::snapshots {

class ZstdStream {
 public:
  explicit ZstdStream(std::unique_ptr<std::istream> packed);
  ~ZstdStream();

  // Unpacked bytes handed out so far.
  std::uint64_t offset() const { return offset_; }
  // Puts up to `size` further bytes at `to`; returns how many: fewer at the end of the stream only.
  // An Error if the stream is damaged or ends in the middle of a frame.
  Result<std::size_t> read(void* to, std::size_t size);

 private:
  struct Decoder;

  std::unique_ptr<std::istream> packed_;
  std::unique_ptr<Decoder> decoder_;
  std::uint64_t offset_ = 0;
};

}  // namespace ksmsim::traces::snapshots
