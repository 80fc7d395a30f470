// Bytes from a stream, counted. A claim of the input costs no more memory than the input has bytes.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <string>

#include "sim/base/result.hpp"

namespace ksmsim::traces {

class ByteSource {
 public:
  explicit ByteSource(std::unique_ptr<std::istream> in) : in_(std::move(in)) {}

  // How many bytes stand before the next one.
  std::uint64_t offset() const { return offset_; }
  // The next `size` bytes, which are `what` ("the header"), or that they are not there.
  Result<std::string> take(std::size_t size, const char* what);
  bool at_end();

  // For seekable streams.
  Result<std::uint64_t> file_bytes();
  Result<void> seek(std::uint64_t offset);

 private:
  std::unique_ptr<std::istream> in_;
  std::uint64_t offset_ = 0;
};

// An error at a byte of the input: "byte N: what".
Error at_byte(std::uint64_t offset, const std::string& what);

}  // namespace ksmsim::traces
