#include <zlib.h>

#include <algorithm>
#include <limits>

#include "traces/unpack/decoder.hpp"

namespace ksmsim::traces::unpack {
namespace {

// zlib counts in unsigned ints.
uInt piece(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() {
    // The largest window there is (32 KiB); 16: gzip, not zlib.
    KSM_CHECK(inflateInit2(&stream_, MAX_WBITS + 16) == Z_OK);
  }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() override { inflateEnd(&stream_); }

  Result<std::size_t> decode(std::string_view& in, Input, char* to, std::size_t size) override {
    if (complete_) {
      KSM_CHECK(inflateReset(&stream_) == Z_OK);  // Another member follows.
      complete_ = false;
    }
    const uInt given = piece(in.size());
    // zlib does not write to its input, but does not say so either.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = given;
    const uInt room = piece(size);
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = room;
    const int state = inflate(&stream_, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) {
      return Error{stream_.msg != nullptr ? stream_.msg : "zlib gives up"};
    }
    in.remove_prefix(given - stream_.avail_in);
    complete_ = state == Z_STREAM_END;
    return std::size_t{room - stream_.avail_out};
  }
  bool complete() const override { return complete_; }

 private:
  z_stream stream_{};
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace ksmsim::traces::unpack
