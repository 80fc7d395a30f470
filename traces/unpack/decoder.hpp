// One way of packing, undone piece by piece. Each keeps a window of the stream in memory, of
// kWindowBytesMax at most, whatever the stream claims.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "sim/base/result.hpp"

namespace ksmsim::traces::unpack {

enum class Packing : std::uint8_t { plain, zstd, gzip, xz };
enum class Input : std::uint8_t { goes_on, ends };

inline constexpr std::uint64_t kWindowBytesMax = std::uint64_t{128} << 20;

class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  // Unpacks to `to`, taking what it uses off the front of `in`; returns how many bytes it put
  // there. `input` says whether more will come behind `in`. Packed streams may follow one another.
  virtual Result<std::size_t> decode(std::string_view& in, Input input, char* to,
                                     std::size_t size) = 0;
  // Whether a packed stream ended with what was taken last.
  virtual bool complete() const = 0;
};

std::unique_ptr<Decoder> make_zstd_decoder();
std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_xz_decoder();

}  // namespace ksmsim::traces::unpack
