#include "traces/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/input/operation_checker.hpp"
#include "traces/byte_source.hpp"
#include "traces/bytes.hpp"
#include "traces/codec.hpp"
#include "traces/section.hpp"

namespace ksmsim::traces {
namespace {

struct Section {
  std::uint64_t offset = 0;  // Of its frame.
  Frame frame;
  std::string payload;
};

struct Trailer {
  std::uint64_t index_offset = 0;
  std::uint64_t operations = 0;
};

// Loads one value that fills a payload.
template <class T>
Result<T> load_value(const std::string& payload, const char* what) {
  BoundedInput input{payload};
  std::uint8_t mark = 0;
  T value;
  input(mark, value);
  if (mark != kLittleEndianMark) {
    return Error{fmt::format("the {} has numbers that are not little-endian", what)};
  }
  if (!input.ok()) return Error{fmt::format("the {} claims more than it has bytes", what)};
  if (input.left() > 0) {
    return Error{fmt::format("{} bytes are left over behind the {}", input.left(), what)};
  }
  return value;
}

Result<void> read_preamble(ByteSource& source) {
  auto bytes = source.take(kPreambleBytes, "the beginning of a trace");
  if (!bytes) return bytes.error();
  if (std::string_view{*bytes}.substr(0, kMagic.size()) != kMagic) {
    return at_byte(0, "not a trace (its first 8 bytes are not those of guests.bin)");
  }
  const auto version = get_number<std::uint32_t>(*bytes, kMagic.size());
  if (!is_known_version(version)) {
    return at_byte(kMagic.size(), fmt::format("format version {}; this program reads {} to {}",
                                              version, kOldestVersion, kVersion));
  }
  if (get_number<std::uint32_t>(*bytes, kMagic.size() + 4) != 0) {
    return at_byte(kMagic.size() + 4, "bytes that version 1 leaves 0 are not 0: damaged");
  }
  return {};
}

Result<Section> read_section(ByteSource& source) {
  Section section{.offset = source.offset(), .frame = {}, .payload = {}};
  auto bytes = source.take(kFrameBytes, "a frame (a block's or the index's)");
  if (!bytes) return bytes.error();
  auto frame = parse_frame(*bytes);
  if (!frame) return at_byte(section.offset, frame.error().text);
  section.frame = *frame;
  const std::uint64_t payload_at = source.offset();
  auto packed = source.take(frame->packed_bytes, "a payload");
  if (!packed) return packed.error();
  auto payload = unpack_payload(*packed, *frame);
  if (!payload) return at_byte(payload_at, payload.error().text);
  section.payload = *std::move(payload);
  return section;
}

Result<Trailer> read_trailer(ByteSource& source) {
  const std::uint64_t at = source.offset();
  auto bytes = source.take(kTrailerBytes, "the trailer");
  if (!bytes) return bytes.error();
  constexpr std::size_t kHashAt = kTrailerBytes - sizeof(std::uint64_t);
  if (std::string_view{*bytes}.substr(0, kTrailerMagic.size()) != kTrailerMagic ||
      get_number<std::uint64_t>(*bytes, kHashAt) !=
          hash_bytes(std::string_view{*bytes}.substr(0, kHashAt))) {
    return at_byte(at, "no good trailer: truncated or damaged");
  }
  return Trailer{get_number<std::uint64_t>(*bytes, 8), get_number<std::uint64_t>(*bytes, 16)};
}

}  // namespace

struct TraceReader::State {
  State(std::unique_ptr<std::istream> in, OnDamage damage_means)
      : source(std::move(in)), on_damage(damage_means) {}

  ByteSource source;
  OnDamage on_damage;
  TraceHeader header;
  std::uint64_t blocks_at = 0;            // Where the first block's frame is.
  input::OperationChecker checker;        // Of all blocks up to the one being handed out.
  bool checking = true;                   // Off from the middle.
  std::unique_ptr<BlockDecoder> decoder;  // Of that block; none before the first.
  BlockIndex seen;                        // What the index should say so far.
  Good good;
  bool ended = false;
  std::optional<Error> damage;

  Result<void> read_header();
  Result<void> next_section();
  Result<void> enter_block(Section section);
  Result<void> check_block(std::unique_ptr<BlockDecoder> block, const Frame& frame);
  Result<void> enter_index(const Section& section);
  Result<BlockIndex> find_index();
};

Result<void> TraceReader::State::read_header() {
  if (auto r = read_preamble(source); !r) return r;
  auto section = read_section(source);
  if (!section) return section.error();
  if (section->frame.kind != SectionKind::header) {
    return at_byte(section->offset, "the first section is not the header");
  }
  auto loaded = load_value<TraceHeader>(section->payload, "header");
  if (!loaded) return at_byte(section->offset, loaded.error().text);
  if (auto r = check_header(*loaded); !r) return at_byte(section->offset, r.error().text);
  header = *std::move(loaded);
  blocks_at = good.bytes = source.offset();
  return {};
}

Result<void> TraceReader::State::next_section() {
  if (source.at_end()) {
    return at_byte(source.offset(), "the file ends without an index: truncated");
  }
  auto section = read_section(source);
  if (!section) return section.error();
  switch (section->frame.kind) {
    case SectionKind::operations:
      return enter_block(*std::move(section));
    case SectionKind::index:
      return enter_index(*section);
    case SectionKind::header:
      break;
  }
  return at_byte(section->offset, "a second header");
}

// All of the block is read once to see that it is good, and then again to hand it out.
Result<void> TraceReader::State::enter_block(Section section) {
  const Frame& frame = section.frame;
  BlockEntry entry{.offset = section.offset,
                   .first_operation = good.operations,
                   .operations = frame.operations,
                   .next_mm = checking ? checker.next_mm().value : 0,
                   .first_ns = frame.first_ns,
                   .last_ns = frame.last_ns};
  if (frame.operations == 0) return at_byte(section.offset, "a block of no operations");
  if (frame.first_ns < nanoseconds(good.last) || frame.last_ns >= nanoseconds(kNever)) {
    return at_byte(section.offset, "the times of the block are not after those before it");
  }
  auto payload = std::make_shared<const std::string>(std::move(section.payload));
  const auto make_decoder = [&] {
    return std::make_unique<BlockDecoder>(payload, at_nanoseconds(frame.first_ns), frame.operations,
                                          header.classes.size());
  };
  if (auto r = check_block(make_decoder(), frame); !r) {
    return at_byte(section.offset, r.error().text);
  }
  decoder = make_decoder();
  seen.push_back(entry);
  if (good.operations == 0) good.first = at_nanoseconds(frame.first_ns);
  good.last = at_nanoseconds(frame.last_ns);
  good.operations += frame.operations;
  good.blocks += 1;
  good.bytes = source.offset();
  return {};
}

Result<void> TraceReader::State::check_block(std::unique_ptr<BlockDecoder> block,
                                             const Frame& frame) {
  Time first = kNever, last{};
  for (std::uint32_t i = 0; !block->at_end(); ++i) {
    auto timed = block->next();
    if (!timed) return timed.error();
    if (checking) {
      if (auto r = checker.apply(*timed); !r) {
        return Error{fmt::format("operation {} of the block: {}", i, r.error().text)};
      }
    }
    last = timed->at;
    first = std::min(first, last);
  }
  if (nanoseconds(first) != frame.first_ns || nanoseconds(last) != frame.last_ns) {
    return Error{"the operations of the block do not have the times that its frame says"};
  }
  return block->check_end();
}

Result<void> TraceReader::State::enter_index(const Section& section) {
  auto index = load_value<BlockIndex>(section.payload, "index");
  if (!index) return at_byte(section.offset, index.error().text);
  // Read from the middle, next_mm cannot be told.
  if (!checking) {
    for (std::size_t i = 0; i < std::min(seen.size(), index->size()); ++i) {
      seen[i].next_mm = (*index)[i].next_mm;
    }
  }
  if (*index != seen || section.frame.operations != 0) {
    return at_byte(section.offset, "the index does not fit the blocks of the file");
  }
  const std::uint64_t trailer_at = source.offset();
  auto trailer = read_trailer(source);
  if (!trailer) return trailer.error();
  if (trailer->index_offset != section.offset || trailer->operations != good.operations) {
    return at_byte(trailer_at, "the trailer does not fit the file");
  }
  if (!source.at_end()) return at_byte(source.offset(), "bytes behind the trailer");
  good.bytes = source.offset();
  ended = true;
  return {};
}

Result<BlockIndex> TraceReader::State::find_index() {
  auto size = source.file_bytes();
  if (!size) return size.error();
  if (*size < blocks_at + kTrailerBytes) return at_byte(*size, "the file ends here: truncated");
  if (auto r = source.seek(*size - kTrailerBytes); !r) return r.error();
  auto trailer = read_trailer(source);
  if (!trailer) return trailer.error();
  if (trailer->index_offset < blocks_at || trailer->index_offset > *size - kTrailerBytes) {
    return at_byte(*size - kTrailerBytes, "the trailer points to no place where an index can be");
  }
  if (auto r = source.seek(trailer->index_offset); !r) return r.error();
  auto section = read_section(source);
  if (!section) return section.error();
  if (section->frame.kind != SectionKind::index) {
    return at_byte(section->offset, "no index where the trailer says");
  }
  auto index = load_value<BlockIndex>(section->payload, "index");
  if (!index) return at_byte(section->offset, index.error().text);
  return index;
}

TraceReader::TraceReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TraceReader::TraceReader(TraceReader&&) noexcept = default;
TraceReader& TraceReader::operator=(TraceReader&&) noexcept = default;
TraceReader::~TraceReader() = default;

Result<TraceReader> TraceReader::open(std::unique_ptr<std::istream> in, OnDamage on_damage) {
  auto state = std::make_unique<State>(std::move(in), on_damage);
  if (auto r = state->read_header(); !r) return r.error();
  return TraceReader{std::move(state)};
}

const TraceHeader& TraceReader::header() const { return state_->header; }
const Good& TraceReader::good() const { return state_->good; }
const std::optional<Error>& TraceReader::damage() const { return state_->damage; }

Result<std::optional<input::TimedOperation>> TraceReader::next() {
  State& s = *state_;
  while (!s.ended && (s.decoder == nullptr || s.decoder->at_end())) {
    s.decoder = nullptr;  // A block less while the next is read, and none behind the last.
    if (auto r = s.next_section(); !r) {
      s.ended = true;
      s.damage = r.error();
    }
  }
  if (s.decoder != nullptr && !s.decoder->at_end()) {
    // What is read of a block may be long ago in virtual time: it is not kept.
    if (auto rest = s.decoder->rest()) s.decoder = std::move(rest);
    auto timed = s.decoder->next();
    if (!timed) return timed.error();
    return std::optional{*std::move(timed)};
  }
  if (s.damage && s.on_damage == OnDamage::fail) return *s.damage;
  return std::optional<input::TimedOperation>{};
}

Result<BlockIndex> TraceReader::index() {
  const std::uint64_t here = state_->source.offset();
  auto index = state_->find_index();
  if (auto r = state_->source.seek(here); !r) return r.error();
  return index;
}

Result<void> TraceReader::seek(std::size_t block) {
  State& s = *state_;
  auto found = index();
  if (!found) return found.error();
  if (block >= found->size()) {
    return Error{fmt::format("block {} of a trace of {} blocks", block, found->size())};
  }
  const BlockEntry& entry = (*found)[block];
  if (auto r = s.source.seek(block == 0 ? s.blocks_at : entry.offset); !r) return r.error();
  s.checking = block == 0;
  s.checker = {};
  s.decoder = nullptr;
  s.ended = false;
  s.damage.reset();
  s.seen.assign(found->begin(), found->begin() + static_cast<std::ptrdiff_t>(block));
  s.good = {.bytes = s.source.offset()};
  if (block > 0) {
    s.good.blocks = block;
    s.good.operations = entry.first_operation;
    s.good.first = at_nanoseconds(found->front().first_ns);
    s.good.last = at_nanoseconds((*found)[block - 1].last_ns);
  }
  return {};
}

Result<TraceReader> TraceReader::reopened(std::unique_ptr<std::istream> in) const {
  const State& s = *state_;
  auto copy = std::make_unique<State>(std::move(in), s.on_damage);
  if (auto r = copy->source.seek(s.source.offset()); !r) return r.error();
  copy->header = s.header;
  copy->blocks_at = s.blocks_at;
  copy->checker = s.checker;
  copy->checking = s.checking;
  if (s.decoder != nullptr) copy->decoder = s.decoder->clone();
  copy->seen = s.seen;
  copy->good = s.good;
  copy->ended = s.ended;
  copy->damage = s.damage;
  return TraceReader{std::move(copy)};
}

}  // namespace ksmsim::traces
