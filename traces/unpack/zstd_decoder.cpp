#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "traces/unpack/decoder.hpp"

namespace ksmsim::traces::unpack {
namespace {

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() {
    KSM_CHECK(context_ != nullptr);
    // 2^27 bytes are kWindowBytesMax.
    const auto set = ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, 27);
    KSM_CHECK(ZSTD_isError(set) == 0);
  }

  Result<std::size_t> decode(std::string_view& in, Input, char* to, std::size_t size) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer out{to, size, 0};
    const std::size_t state = ZSTD_decompressStream(context_.get(), &out, &from);
    if (ZSTD_isError(state) != 0) {
      if (ZSTD_getErrorCode(state) == ZSTD_error_frameParameter_windowTooLarge) {
        return Error{"it takes a window of more than 128 MiB; unpack it with zstd -d --long=31"};
      }
      return Error{ZSTD_getErrorName(state)};
    }
    in.remove_prefix(from.pos);
    complete_ = state == 0;
    return out.pos;
  }
  bool complete() const override { return complete_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_{ZSTD_createDCtx()};
  bool complete_ = true;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace ksmsim::traces::unpack
