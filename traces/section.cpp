#include "traces/section.hpp"

#include <fmt/format.h>
#include <xxhash.h>
#include <zstd.h>

#include <memory>

#include "sim/base/check.hpp"
#include "traces/bytes.hpp"

namespace ksmsim::traces {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// One context per thread each way: making one costs more than packing a small block.
ZSTD_CCtx* packing() {
  thread_local std::unique_ptr<ZSTD_CCtx, FreeContext> context{ZSTD_createCCtx()};
  KSM_CHECK(context != nullptr);
  return context.get();
}
ZSTD_DCtx* unpacking() {
  thread_local std::unique_ptr<ZSTD_DCtx, FreeContext> context{ZSTD_createDCtx()};
  KSM_CHECK(context != nullptr);
  return context.get();
}

constexpr std::size_t kFrameHashAt = kFrameBytes - sizeof(std::uint64_t);

bool known(SectionKind kind) {
  return kind == SectionKind::header || kind == SectionKind::operations ||
         kind == SectionKind::index;
}

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string frame_bytes(const Frame& frame) {
  std::string bytes;
  put_number(bytes, static_cast<std::uint32_t>(frame.kind));
  put_number(bytes, frame.unpacked_bytes);
  put_number(bytes, frame.packed_bytes);
  put_number(bytes, frame.operations);
  put_number(bytes, frame.first_ns);
  put_number(bytes, frame.last_ns);
  put_number(bytes, frame.payload_hash);
  put_number(bytes, hash_bytes(bytes));
  KSM_CHECK(bytes.size() == kFrameBytes);
  return bytes;
}

Result<Frame> parse_frame(std::string_view bytes) {
  KSM_CHECK(bytes.size() == kFrameBytes);
  if (get_number<std::uint64_t>(bytes, kFrameHashAt) != hash_bytes(bytes.substr(0, kFrameHashAt))) {
    return Error{"the checksum of the frame that should be here is wrong: damaged"};
  }
  Frame frame;
  frame.kind = static_cast<SectionKind>(get_number<std::uint32_t>(bytes, 0));
  frame.unpacked_bytes = get_number<std::uint32_t>(bytes, 4);
  frame.packed_bytes = get_number<std::uint32_t>(bytes, 8);
  frame.operations = get_number<std::uint32_t>(bytes, 12);
  frame.first_ns = get_number<std::int64_t>(bytes, 16);
  frame.last_ns = get_number<std::int64_t>(bytes, 24);
  frame.payload_hash = get_number<std::uint64_t>(bytes, 32);
  if (!known(frame.kind)) {
    return Error{fmt::format("a section of the unknown kind {:#010x}",
                             static_cast<std::uint32_t>(frame.kind))};
  }
  if (frame.unpacked_bytes > kBlockBytesMax || frame.packed_bytes > kPackedBytesMax) {
    return Error{fmt::format("a section claims {} bytes, packed {}; at most {} and {} are allowed",
                             frame.unpacked_bytes, frame.packed_bytes, kBlockBytesMax,
                             kPackedBytesMax)};
  }
  return frame;
}

std::string pack_payload(std::string_view payload, Frame& frame) {
  KSM_CHECK(payload.size() <= kBlockBytesMax);
  std::string packed(ZSTD_compressBound(payload.size()), '\0');
  const std::size_t size = ZSTD_compressCCtx(packing(), packed.data(), packed.size(),
                                             payload.data(), payload.size(), kZstdLevel);
  KSM_CHECK(!ZSTD_isError(size));
  KSM_CHECK(size <= kPackedBytesMax);
  packed.resize(size);
  frame.unpacked_bytes = static_cast<std::uint32_t>(payload.size());
  frame.packed_bytes = static_cast<std::uint32_t>(size);
  frame.payload_hash = hash_bytes(packed);
  return packed;
}

Result<std::string> unpack_payload(std::string_view packed, const Frame& frame) {
  KSM_CHECK(packed.size() == frame.packed_bytes && frame.unpacked_bytes <= kBlockBytesMax);
  if (hash_bytes(packed) != frame.payload_hash) {
    return Error{"the payload's checksum is wrong: damaged"};
  }
  // zstd says the size beforehand, and the claim of the frame has to be the same: so a wrong claim
  // costs nothing. Exactly one zstd frame, which holds nothing after it.
  if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size() ||
      ZSTD_getFrameContentSize(packed.data(), packed.size()) != frame.unpacked_bytes) {
    return Error{
        fmt::format("the payload is not one zstd frame of {} bytes", frame.unpacked_bytes)};
  }
  std::string payload(frame.unpacked_bytes, '\0');
  const std::size_t size = ZSTD_decompressDCtx(unpacking(), payload.data(), payload.size(),
                                               packed.data(), packed.size());
  if (ZSTD_isError(size)) {
    return Error{fmt::format("zstd cannot unpack the payload: {}", ZSTD_getErrorName(size))};
  }
  if (size != payload.size()) {
    return Error{fmt::format("the payload has {} bytes, not the {} that its frame says", size,
                             payload.size())};
  }
  return payload;
}

}  // namespace ksmsim::traces
