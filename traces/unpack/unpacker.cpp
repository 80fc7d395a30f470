#include "traces/unpack/unpacker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace ksmsim::traces::unpack {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 17;

std::unique_ptr<Decoder> make_decoder(Packing packing) {
  switch (packing) {
    case Packing::zstd:
      return make_zstd_decoder();
    case Packing::gzip:
      return make_gzip_decoder();
    case Packing::xz:
      return make_xz_decoder();
    case Packing::plain:
      break;
  }
  return nullptr;
}

// The bytes of a file that can be read from anywhere; nothing for a pipe.
std::optional<std::uint64_t> size_of(std::istream& in) {
  const auto here = in.tellg();
  in.seekg(0, std::ios::end);
  const auto end = in.tellg();
  in.seekg(here);
  const bool good = here >= 0 && end >= 0 && in.good();
  in.clear();
  return good ? std::optional(static_cast<std::uint64_t>(end)) : std::nullopt;
}

}  // namespace

const char* name_of(Packing packing) {
  switch (packing) {
    case Packing::zstd:
      return "zstd";
    case Packing::gzip:
      return "gzip";
    case Packing::xz:
      return "xz";
    case Packing::plain:
      break;
  }
  return "";
}

Packing packing_of(std::string_view begin) {
  using namespace std::string_view_literals;
  // A zstd file may begin with a frame that is to be skipped: 0x184D2A50 to 5F.
  const bool skippable = begin.size() >= 4 && (static_cast<unsigned char>(begin[0]) & 0xf0) == 0x50;
  if (begin.starts_with("\x28\xb5\x2f\xfd"sv) ||
      (skippable && begin.substr(1, 3) == "\x2a\x4d\x18"sv)) {
    return Packing::zstd;
  }
  if (begin.starts_with("\x1f\x8b\x08"sv)) return Packing::gzip;
  if (begin.starts_with("\xfd\x37\x7a\x58\x5a\x00"sv)) return Packing::xz;
  return Packing::plain;
}

Unpacker::Unpacker(std::unique_ptr<std::istream> in, Packing packing)
    : in_(std::move(in)), packing_(packing), decoder_(make_decoder(packing)) {
  if (packing_ == Packing::plain) size_ = size_of(*in_);
}

Result<Unpacker> Unpacker::open(std::unique_ptr<std::istream> in) {
  std::string begin(kMagicBytes, '\0');
  in->read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(in->gcount()));
  if (in->bad()) return Error{"byte 0: cannot be read"};
  in->clear();
  Unpacker unpacker(std::move(in), packing_of(begin));
  unpacker.buffer_ = std::move(begin);
  unpacker.taken_ = unpacker.buffer_.size();
  return unpacker;
}

std::uint64_t Unpacker::packed_offset() const { return decoder_ ? taken_ : offset_; }

Result<void> Unpacker::refill() {
  buffer_.resize(kBufferBytes);
  in_->read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  buffer_.resize(static_cast<std::size_t>(in_->gcount()));
  at_ = 0;
  if (in_->bad()) return Error{fmt::format("byte {}: cannot be read", taken_)};
  taken_ += buffer_.size();
  return {};
}

Result<std::size_t> Unpacker::read_plain(char* to, std::size_t size) {
  const std::size_t kept = std::min(size, buffer_.size() - at_);
  std::memcpy(to, buffer_.data() + at_, kept);
  at_ += kept;
  if (kept == size) return size;
  in_->read(to + kept, static_cast<std::streamsize>(size - kept));
  const std::size_t got = kept + static_cast<std::size_t>(in_->gcount());
  if (in_->bad()) return Error{fmt::format("byte {}: cannot be read", offset_ + got)};
  return got;
}

Result<std::size_t> Unpacker::read_packed(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    if (at_ == buffer_.size()) {
      if (auto r = refill(); !r) return r.error();
    }
    std::string_view left(buffer_.data() + at_, buffer_.size() - at_);
    const bool ended = left.empty();
    if (ended && decoder_->complete()) break;
    const auto got =
        decoder_->decode(left, ended ? Input::ends : Input::goes_on, to + done, size - done);
    if (!got) {
      return Error{fmt::format("not {} or damaged behind byte {} unpacked: {}", name_of(packing_),
                               offset_ + done, got.error().text)};
    }
    at_ = buffer_.size() - left.size();
    done += *got;
    if (ended && *got == 0 && !decoder_->complete()) {
      return Error{fmt::format("truncated: it ends behind byte {} unpacked, inside {}",
                               offset_ + done, name_of(packing_))};
    }
  }
  return done;
}

Result<std::size_t> Unpacker::read(void* to, std::size_t size) {
  auto* bytes = static_cast<char*>(to);
  auto got = decoder_ ? read_packed(bytes, size) : read_plain(bytes, size);
  if (got) offset_ += *got;
  return got;
}

Result<void> Unpacker::skip_to(std::uint64_t offset) {
  if (size_ && offset != offset_) {
    offset = std::min(offset, *size_);
    in_->clear();
    in_->seekg(static_cast<std::streamoff>(offset));
    if (!*in_) return Error{fmt::format("byte {}: cannot be read from here", offset)};
    at_ = buffer_.size();
    offset_ = offset;
  }
  KSM_CHECK(offset >= offset_);
  std::vector<char> skipped(std::min<std::uint64_t>(offset - offset_, kBufferBytes));
  while (offset_ < offset) {
    const auto size = std::min<std::uint64_t>(offset - offset_, skipped.size());
    const auto got = read(skipped.data(), size);
    if (!got) return got.error();
    if (*got < size) break;
  }
  return {};
}

}  // namespace ksmsim::traces::unpack
