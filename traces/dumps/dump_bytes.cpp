#include "traces/dumps/dump_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace ksmsim::traces::dumps {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

}  // namespace

Result<DumpBytes> DumpBytes::open(std::unique_ptr<std::istream> in) {
  auto from = unpack::Unpacker::open(std::move(in));
  if (!from) return from.error();
  return DumpBytes(std::move(*from));
}

// Grows with what is really there, not with what headers claim.
Result<void> DumpBytes::keep_up_to(std::uint64_t end) {
  while (head_.size() < end) {
    const std::size_t before = head_.size();
    const auto more = std::min<std::uint64_t>(end - before, kChunk);
    head_.resize(before + more);
    const auto got = from_.read(head_.data() + before, more);
    if (!got) return got.error();
    head_.resize(before + *got);
    if (*got < more) break;
  }
  return {};
}

Result<std::size_t> DumpBytes::read(std::uint64_t offset, char* to, std::size_t size) {
  if (goes_backwards()) {
    if (auto r = from_.skip_to(offset); !r) return r.error();
    if (from_.offset() < offset) return std::size_t{0};
    return from_.read(to, size);
  }
  if (keeps_) {
    if (offset > kHeadBytesMax || size > kHeadBytesMax - offset) {
      return Error{fmt::format(
          "byte {}: headers behind the first {} bytes of a pipe or a packed dump; unpack it to a "
          "file first",
          offset, kHeadBytesMax)};
    }
    if (auto r = keep_up_to(offset + size); !r) return r.error();
  }
  std::size_t done = 0;
  if (offset < head_.size()) {
    done = std::min<std::uint64_t>(size, head_.size() - offset);
    std::memcpy(to, head_.data() + offset, done);
    if (done == size || keeps_) return done;
  }
  if (keeps_) return done;
  offset += done;
  if (offset < from_.offset()) {
    return Error{
        fmt::format("byte {}: a segment lies before bytes {} that were read already, and a pipe or "
                    "a packed dump does not go back; unpack it to a file first",
                    offset, from_.offset())};
  }
  if (auto r = from_.skip_to(offset); !r) return r.error();
  if (from_.offset() < offset) return done;
  const auto got = from_.read(to + done, size - done);
  if (!got) return got.error();
  return done + *got;
}

Result<void> DumpBytes::read_all(std::uint64_t offset, char* to, std::size_t size,
                                 const std::string& what) {
  const auto got = read(offset, to, size);
  if (!got) return got.error();
  if (*got == size) return {};
  return Error{fmt::format("byte {}: {} takes {} bytes, but the file ends after {}: truncated",
                           offset, what, size, *got)};
}

}  // namespace ksmsim::traces::dumps
