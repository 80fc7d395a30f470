#include <lzma.h>

#include "traces/unpack/decoder.hpp"

namespace ksmsim::traces::unpack {
namespace {

// The window and what the decoder needs besides.
constexpr std::uint64_t kMemoryMax = kWindowBytesMax + (std::uint64_t{8} << 20);

const char* meaning(lzma_ret state) {
  switch (state) {
    case LZMA_MEMLIMIT_ERROR:
      return "it takes a window of more than 128 MiB; unpack it with xz -d";
    case LZMA_FORMAT_ERROR:
      return "what is here is not xz";
    case LZMA_OPTIONS_ERROR:
      return "it uses options of xz that are not known here";
    case LZMA_DATA_ERROR:
      return "its checksums are wrong";
    case LZMA_MEM_ERROR:
      return "out of memory";
    default:
      return "liblzma gives up";
  }
}

class XzDecoder : public Decoder {
 public:
  XzDecoder() {
    KSM_CHECK(lzma_stream_decoder(&stream_, kMemoryMax, LZMA_CONCATENATED) == LZMA_OK);
  }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }

  Result<std::size_t> decode(std::string_view& in, Input input, char* to,
                             std::size_t size) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(to);
    stream_.avail_out = size;
    const lzma_ret state = lzma_code(&stream_, input == Input::ends ? LZMA_FINISH : LZMA_RUN);
    if (state != LZMA_OK && state != LZMA_STREAM_END && state != LZMA_BUF_ERROR) {
      return Error{meaning(state)};
    }
    in.remove_prefix(in.size() - stream_.avail_in);
    complete_ = state == LZMA_STREAM_END;
    return size - stream_.avail_out;
  }
  // Only known once the input has ended: another stream may follow.
  bool complete() const override { return complete_; }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder() { return std::make_unique<XzDecoder>(); }

}  // namespace ksmsim::traces::unpack
