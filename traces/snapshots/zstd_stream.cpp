#include "traces/snapshots/zstd_stream.hpp"

#include <fmt/format.h>
#include <zstd.h>

namespace ksmsim::traces::snapshots {

struct ZstdStream::Decoder {
  struct Free {
    void operator()(ZSTD_DCtx* decoder) const { ZSTD_freeDCtx(decoder); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
  std::string bytes = std::string(ZSTD_DStreamInSize(), '\0');
  ZSTD_inBuffer in{bytes.data(), 0, 0};
  bool inside_frame = false;
};

ZstdStream::ZstdStream(std::unique_ptr<std::istream> packed)
    : packed_(std::move(packed)), decoder_(std::make_unique<Decoder>()) {
  KSM_CHECK(decoder_->context != nullptr);
}

ZstdStream::~ZstdStream() = default;

Result<std::size_t> ZstdStream::read(void* to, std::size_t size) {
  Decoder& decoder = *decoder_;
  ZSTD_outBuffer out{to, size, 0};
  while (out.pos < size) {
    if (decoder.in.pos == decoder.in.size) {
      packed_->read(decoder.bytes.data(), static_cast<std::streamsize>(decoder.bytes.size()));
      decoder.in = {decoder.bytes.data(), static_cast<std::size_t>(packed_->gcount()), 0};
    }
    const bool packed_left = decoder.in.size > 0;
    if (!packed_left && !decoder.inside_frame) break;
    const std::size_t before = out.pos;
    const std::size_t state = ZSTD_decompressStream(decoder.context.get(), &out, &decoder.in);
    if (ZSTD_isError(state) != 0) {
      return Error{fmt::format("not zstd or damaged behind byte {} unpacked: {}", offset_ + out.pos,
                               ZSTD_getErrorName(state))};
    }
    decoder.inside_frame = state != 0;
    if (!packed_left && out.pos == before && decoder.inside_frame) {
      return Error{fmt::format("truncated: it ends behind byte {} unpacked, inside a zstd frame",
                               offset_ + out.pos)};
    }
  }
  offset_ += out.pos;
  return out.pos;
}

}  // namespace ksmsim::traces::snapshots
