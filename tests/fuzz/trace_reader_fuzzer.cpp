// Feeds the trace reader. Checksums are made right, so that what is mutated reaches the decoders.
// The first byte of the input says what the rest is:
//   0  a file, of which only the checksums are put right
//   1  the operations of blocks, each after a byte of the length of the block in eights
//   2  the payload of a header
//   3  the payload of an index
// What the reader accepts has to survive writing, the text form and a start in the middle.
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"
#include "tests/traces/forge.hpp"
#include "traces/codec.hpp"
#include "traces/text.hpp"

namespace {

using namespace ksmsim;
using namespace ksmsim::traces;

template <class T>
void set_number(std::string& bytes, std::size_t at, T number) {
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

// Makes the checksums of all frames that can be found, and of the trailer, right.
std::string with_checksums(std::string bytes) {
  std::size_t at = kPreambleBytes;
  while (at + kFrameBytes <= bytes.size()) {
    if (std::string_view{bytes}.substr(at, kTrailerMagic.size()) == kTrailerMagic) break;
    const std::size_t payload = at + kFrameBytes;
    const std::size_t size =
        std::min<std::size_t>(get_number<std::uint32_t>(bytes, at + 8), bytes.size() - payload);
    set_number(bytes, at + 32, hash_bytes(std::string_view{bytes}.substr(payload, size)));
    set_number(bytes, at + 40, hash_bytes(std::string_view{bytes}.substr(at, 40)));
    at = payload + size;
  }
  if (at + kTrailerBytes == bytes.size()) {
    set_number(bytes, at + 24, hash_bytes(std::string_view{bytes}.substr(at, 24)));
  }
  return bytes;
}

// The beginning of a file, up to and with a header.
const forge::File& begun_file() {
  static const forge::File kFile = [] {
    TraceHeader header;
    header.classes = {"unknown", "heap"};
    header.block_bytes = 300;
    forge::File file;
    file.header(header);
    return file;
  }();
  return kFile;
}

// A frame as it has to be for the operations that the payload really holds.
Frame frame_for(const std::string& payload, Time now) {
  BlockDecoder decoder{std::make_shared<const std::string>(payload), now, 0xffffffff, 2};
  Frame frame{.first_ns = nanoseconds(now), .last_ns = nanoseconds(now)};
  for (auto timed = decoder.next(); timed; timed = decoder.next()) {
    if (frame.operations == 0) frame.first_ns = nanoseconds(timed->at);
    frame.last_ns = nanoseconds(timed->at);
    ++frame.operations;
  }
  return frame;
}

std::string file_of_blocks(std::string_view data) {
  forge::File file = begun_file();
  BlockIndex index;
  std::uint64_t operations = 0;
  std::int64_t now = 0;
  while (!data.empty()) {
    const std::size_t size = std::min<std::size_t>(
        (std::size_t{static_cast<unsigned char>(data[0])} + 1) * 8, data.size() - 1);
    const std::string payload = std::string(1, '\1') + std::string(data.substr(1, size));
    data.remove_prefix(1 + size);
    const Frame frame = frame_for(payload, at_nanoseconds(now));
    index.push_back({file.size(), operations, frame.operations, 0, frame.first_ns, frame.last_ns});
    operations += frame.operations;
    now = frame.last_ns;
    file.section(frame, payload);
  }
  file.index_and_trailer(index, operations);
  return file.bytes();
}

std::string file_of_header(std::string_view payload) {
  forge::File file;
  file.section({.kind = SectionKind::header}, std::string(1, '\1') + std::string(payload));
  file.index_and_trailer({}, 0);
  return file.bytes();
}

std::string file_of_index(std::string_view payload) {
  forge::File file = begun_file();
  file.block("\x0b");
  const std::uint64_t at = file.size();
  file.section({.kind = SectionKind::index}, std::string(1, '\1') + std::string(payload));
  file.trailer(at, 1);
  return file.bytes();
}

std::string file_of(std::string_view data) {
  if (data.empty()) return {};
  const std::string_view rest = data.substr(1);
  switch (data[0]) {
    case 0:
      return with_checksums(std::string{rest});
    case 1:
      return file_of_blocks(rest);
    case 2:
      return file_of_header(rest);
    default:
      return file_of_index(rest);
  }
}

// Writing what was read, and the text form, lose nothing.
void check_survives(const TraceHeader& header, const forge::Operations& operations) {
  const auto bytes = forge::write(header, operations);
  KSM_CHECK(bytes.ok());
  const auto again = forge::read(*bytes);
  KSM_CHECK(again.ok() && *again == operations);
  std::stringstream text;
  TextWriter writer{text, header};
  for (const auto& timed : operations) writer.add(timed);
  auto reader = TextReader::open(text, "text");
  KSM_CHECK(reader.ok() && reader->header() == header);
  for (const auto& timed : operations) {
    const auto read = reader->next();
    KSM_CHECK(read.ok() && read->has_value() && **read == timed);
  }
  KSM_CHECK(!(*reader->next()).has_value());
}

// A start in the middle gives what the whole gives from there.
void check_middle(TraceReader& reader, const forge::Operations& operations) {
  const bool whole = !reader.damage();
  const auto index = reader.index();
  KSM_CHECK(index.ok() || !whole);
  if (!index || index->empty()) return;
  const BlockEntry entry = (*index)[index->size() / 2];
  if (!reader.seek(index->size() / 2)) return;
  const auto rest = forge::read(reader);
  KSM_CHECK(rest.ok());
  if (!whole) return;
  const auto from = operations.begin() + static_cast<std::ptrdiff_t>(entry.first_operation);
  KSM_CHECK(std::equal(from, operations.end(), rest->begin(), rest->end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes =
      std::make_shared<const std::string>(file_of({reinterpret_cast<const char*>(data), size}));
  auto reader = TraceReader::open(std::make_unique<MemoryStream>(bytes), OnDamage::salvage);
  if (!reader) return 0;
  const auto operations = forge::read(*reader);
  KSM_CHECK(operations.ok());  // A salvaging reader has no errors behind the header.
  KSM_CHECK(operations->size() == reader->good().operations);
  KSM_CHECK(reader->good().bytes <= bytes->size());
  // The rest takes longer than the reading; one input of eight will do.
  if (hash_bytes(*bytes) % 8 != 0) return 0;
  check_survives(reader->header(), *operations);
  check_middle(*reader, *operations);
  return 0;
}
