#include "traces/byte_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ksmsim::traces {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

}  // namespace

Error at_byte(std::uint64_t offset, const std::string& what) {
  return {fmt::format("byte {}: {}", offset, what)};
}

Result<std::string> ByteSource::take(std::size_t size, const char* what) {
  std::string bytes;
  while (bytes.size() < size) {
    const std::size_t before = bytes.size();
    // Doubles what is there, so that a claim without bytes behind it stays small.
    bytes.resize(before + std::min(size - before, std::max(kChunk, before)));
    in_->read(bytes.data() + before, static_cast<std::streamsize>(bytes.size() - before));
    const auto got = static_cast<std::size_t>(in_->gcount());
    if (before + got < bytes.size()) {
      if (in_->bad()) return at_byte(offset_ + before + got, "cannot be read");
      return at_byte(offset_,
                     fmt::format("{} takes {} bytes, but the file ends after {}: truncated", what,
                                 size, before + got));
    }
  }
  offset_ += size;
  return bytes;
}

bool ByteSource::at_end() { return in_->peek() == std::istream::traits_type::eof(); }

Result<std::uint64_t> ByteSource::file_bytes() {
  in_->clear();
  in_->seekg(0, std::ios::end);
  const auto end = in_->tellg();
  if (!*in_ || end < 0) return Error{"the input cannot be read from the middle (a pipe?)"};
  in_->seekg(static_cast<std::streamoff>(offset_));
  return static_cast<std::uint64_t>(end);
}

Result<void> ByteSource::seek(std::uint64_t offset) {
  in_->clear();
  in_->seekg(static_cast<std::streamoff>(offset));
  if (!*in_) return at_byte(offset, "cannot be read from here");
  offset_ = offset;
  return {};
}

}  // namespace ksmsim::traces
