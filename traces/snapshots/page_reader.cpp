#include "traces/snapshots/page_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "traces/words.hpp"

namespace ksmsim::traces::snapshots {
namespace {

static_assert(std::endian::native == std::endian::little, "hashes are read as they are");
constexpr std::uint64_t kHashBytes = sizeof(std::uint64_t);
constexpr std::size_t kHashesAtOnce = 1u << 17;

}  // namespace

Result<void> PageReader::seek(const SnapshotInfo& snapshot) {
  const std::uint64_t target = snapshot.first * kHashBytes;
  if (open_ != snapshot.file || !stream_ || stream_->offset() > target) {
    stream_.reset();
    auto file = files_->open(snapshot.file);
    if (!file) return file.error();
    stream_ = std::make_unique<unpack::Unpacker>(std::move(*file), unpack::Packing::zstd);
    open_ = snapshot.file;
  }
  if (auto r = stream_->skip_to(target); !r) return r;
  if (stream_->offset() < target) {
    return Error{fmt::format("{} bytes unpacked, where snapshot {} begins at byte {}",
                             stream_->offset(), snapshot.number, target)};
  }
  return {};
}

Result<std::vector<std::uint64_t>> PageReader::read(const SnapshotInfo& snapshot) {
  std::vector<std::uint64_t> hashes;
  if (snapshot.pages == 0) return hashes;
  if (auto r = seek(snapshot); !r) {
    stream_.reset();
    return r.error().in(shown(snapshot.file));
  }
  while (hashes.size() < snapshot.pages) {
    const std::size_t have = hashes.size();
    const auto more = std::min<std::uint64_t>(snapshot.pages - have, kHashesAtOnce);
    hashes.resize(have + more);
    const auto got = stream_->read(hashes.data() + have, more * kHashBytes);
    if (got && *got == more * kHashBytes) continue;
    const std::uint64_t offset = stream_->offset();
    stream_.reset();
    if (!got) return got.error().in(shown(snapshot.file));
    return Error{fmt::format("{} bytes unpacked, where the {} pages of snapshot {} end at byte {}",
                             offset, snapshot.pages, snapshot.number,
                             (snapshot.first + snapshot.pages) * kHashBytes)}
        .in(shown(snapshot.file));
  }
  return hashes;
}

}  // namespace ksmsim::traces::snapshots
