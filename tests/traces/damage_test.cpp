#include <catch2/catch.hpp>

#include "tests/traces/forge.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::input;
using Catch::Contains;
using Catch::StartsWith;

namespace {

std::string small_trace() {
  auto bytes = forge::write(forge::full_header(), forge::all_kinds());
  REQUIRE(bytes.ok());
  return *std::move(bytes);
}

std::string error_of(const std::string& bytes) {
  const auto read = forge::read(bytes);
  return read ? std::string{"(no error)"} : read.error().text;
}

// The error for a block of one operation with these bytes (kind and fields).
std::string error_of_operation(std::string_view operation) {
  forge::File file;
  file.header();
  file.block(operation);
  return error_of(file.bytes());
}

template <class... Numbers>
std::string packed(std::uint8_t kind, Numbers... numbers) {
  std::string bytes(1, static_cast<char>(kind));
  (put_number(bytes, numbers), ...);
  return bytes;
}
constexpr auto u8 = [](unsigned n) { return static_cast<std::uint8_t>(n); };
constexpr auto u32 = [](std::uint64_t n) { return static_cast<std::uint32_t>(n); };
constexpr auto u64 = [](std::uint64_t n) { return n; };
constexpr std::uint64_t kTera = std::uint64_t{1} << 40;

}  // namespace

TEST_CASE("a trace cut off at any byte is an error that names a byte") {
  const std::string bytes = small_trace();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string error = error_of(bytes.substr(0, size));
    CAPTURE(size, error);
    REQUIRE_THAT(error, StartsWith("byte "));
    REQUIRE_THAT(error, Contains("truncated"));
  }
}

TEST_CASE("a trace with one changed byte is an error that names a byte") {
  const std::string bytes = small_trace();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      // Versions differ in what they may hold only: the number of another one changes nothing.
      if (at == kMagic.size() && is_known_version(static_cast<unsigned char>(changed[at])))
        continue;
      const std::string error = error_of(changed);
      CAPTURE(at, flip, error);
      REQUIRE_THAT(error, StartsWith("byte "));
    }
  }
}

TEST_CASE("bytes behind the trailer are reported") {
  const std::string bytes = small_trace();
  CHECK_THAT(error_of(bytes + "x"), StartsWith("byte " + std::to_string(bytes.size())));
}

TEST_CASE("what is not a trace is reported as such") {
  CHECK_THAT(error_of("PK\3\4 this is another kind of file"), Contains("byte 0: not a trace"));
  std::string newline = small_trace();
  newline.erase(4, 1);  // As a program does that makes \n of \r\n.
  CHECK_THAT(error_of(newline), Contains("byte 0: not a trace"));
}

TEST_CASE("a newer version is refused by its number") {
  std::string bytes = small_trace();
  bytes[8] = 4;
  CHECK(error_of(bytes) == "byte 8: format version 4; this program reads 1 to 3");
}

TEST_CASE("an unknown kind of operation is refused by its number") {
  const std::string error = error_of_operation("\x16");
  CHECK_THAT(error, Contains("unknown kind of operation 22; this program knows 0 to 21"));
  CHECK_THAT(error, StartsWith("byte "));
}

TEST_CASE("a section of an unknown kind is refused") {
  forge::File file;
  file.header();
  file.section({.kind = SectionKind{0x58585858}}, "x");
  CHECK_THAT(error_of(file.bytes()), Contains("unknown kind 0x58585858"));
}

TEST_CASE("containers that claim a terabyte are refused") {
  // Begin with a name, a write with a list, counters with values and with a name.
  const std::string name = packed(0, u32(0), u64(kTera));
  const std::string list =
      packed(7, u32(0), u64(0), u64(kTera / 8), u64(0), u64(1), u64(kTera / 8));
  const std::string values = packed(19, u64(kTera));
  const std::string value_name = packed(19, u64(1), u64(kTera));
  for (const auto& operation : {name, list, values, value_name}) {
    CHECK_THAT(error_of_operation(operation), Contains("claims more bytes than are left"));
  }
  forge::File file;
  StringOutput output;
  output.save(TraceHeader{});
  std::string header = output.bytes();
  header.replace(1, 8, std::string("\0\0\0\0\0\1\0\0", 8));  // The length of `program`.
  file.section({.kind = SectionKind::header}, header);
  CHECK_THAT(error_of(file.bytes()), Contains("claims more than it has bytes"));
}

TEST_CASE("a length just above what is left is refused, what is left is not") {
  CHECK_THAT(error_of_operation(packed(0, u32(0), u64(3)) + "ab"), Contains("claims more bytes"));
  CHECK_THAT(error_of_operation(packed(0, u32(0), u64(2)) + "ab"), !Contains("claims more bytes"));
}

TEST_CASE("frames that claim more than a block may have are refused") {
  for (const bool unpacked : {true, false}) {
    forge::File file;
    file.header();
    Frame frame{.operations = 1};
    (unpacked ? frame.unpacked_bytes : frame.packed_bytes) = 0xffffffff;
    file.raw(frame, "");
    CHECK_THAT(error_of(file.bytes()), Contains("a section claims"));
  }
}

TEST_CASE("a frame that claims bytes which the file does not have is refused") {
  forge::File file;
  file.header();
  file.raw({.unpacked_bytes = kBlockBytesMax, .packed_bytes = kBlockBytesMax, .operations = 1}, "");
  CHECK_THAT(error_of(file.bytes()), Contains("the file ends after 0: truncated"));
}

TEST_CASE("a payload that unpacks to another size than its frame says is refused") {
  for (const std::uint32_t claim : {0u, 99u, 101u, kBlockBytesMax}) {
    Frame frame{.operations = 1};
    const std::string packed_bytes = pack_payload(std::string(100, 'x'), frame);
    frame.unpacked_bytes = claim;
    forge::File file;
    file.header();
    file.raw(frame, packed_bytes);
    CHECK_THAT(error_of(file.bytes()), Contains("not one zstd frame"));
  }
}

TEST_CASE("a payload that is no zstd frame, or two, is refused") {
  Frame frame{.operations = 1};
  const std::string one = pack_payload("x", frame);
  for (const std::string& payload : {std::string{"no zstd"}, one + one, std::string{}}) {
    forge::File file;
    file.header();
    file.raw({.unpacked_bytes = 1,
              .packed_bytes = u32(payload.size()),
              .operations = 1,
              .payload_hash = hash_bytes(payload)},
             payload);
    CHECK_THAT(error_of(file.bytes()), Contains("not one zstd frame"));
  }
}

TEST_CASE("values that no operation has are refused though their checksums are right") {
  // Every second operation needs an address space; that one is missing is found after its form.
  const auto range = [](std::uint8_t kind, std::uint64_t start, std::uint64_t count) {
    return packed(kind, u32(0), start, count);
  };
  const std::string two(1, '\2');
  for (const std::uint8_t kind : {u8(3), u8(5), u8(13), u8(16), u8(17)}) {
    CHECK_THAT(error_of_operation(range(kind, 0, 1) + two), Contains("switch has the value 2"));
  }
  CHECK_THAT(error_of_operation(packed(6, u32(0), u8(255))), Contains("switch has the value 255"));
  CHECK_THAT(error_of_operation(range(9, 0, 0)), Contains("a range of no pages"));
  CHECK_THAT(error_of_operation(range(9, kPageIndexEnd, 1)), Contains("end beyond page"));
  CHECK_THAT(error_of_operation(range(9, 1, ~std::uint64_t{0})), Contains("end beyond page"));
  CHECK_THAT(error_of_operation(range(8, 0, 1) + std::string(8, '\0')), Contains("read 0 times"));
  CHECK_THAT(error_of_operation(range(14, 0, 1) + "\x40"), Contains("node 64"));
  const auto write = [&](std::uint64_t first, std::uint64_t period, std::uint64_t listed,
                         std::uint16_t page_class) {
    std::string bytes = range(7, 0, 2);
    for (const std::uint64_t n : {first, period, listed}) put_number(bytes, n);
    for (std::uint64_t i = 0; i < listed; ++i) put_number(bytes, i);
    put_number(bytes, page_class);
    return bytes;
  };
  CHECK_THAT(error_of_operation(write(0, 0, 0, 0)), Contains("repeat after 0 pages"));
  CHECK_THAT(error_of_operation(write(0, 1, 3, 0)), Contains("a list of 3 contents for 2 pages"));
  CHECK_THAT(error_of_operation(write(1, 1, 2, 0)), Contains("listed contents beside"));
  CHECK_THAT(error_of_operation(write(0, 2, 2, 0)), Contains("listed contents beside"));
  CHECK_THAT(error_of_operation(write(0, 1, 0, 1)), Contains("class 1"));
  CHECK_THAT(error_of_operation(write(0, 1, 0, 0)), Contains("no address space 0 lives here"));
}

TEST_CASE("operations that are impossible after those before them are refused") {
  CHECK_THAT(error_of_operation(packed(2, u32(5))), Contains("no address space 5 lives here"));
  CHECK_THAT(error_of_operation(packed(0, u32(1), u64(1)) + "a"), Contains("number 0 is next"));
  CHECK_THAT(error_of_operation(packed(0, u32(0), u64(3)) + "a b"), Contains("has a blank"));
}

TEST_CASE("times that go back, overflow or differ from the frame are refused") {
  const auto with = [](std::int64_t first, std::int64_t last, std::uint64_t delta) {
    forge::File file;
    file.header();
    std::string payload(1, '\1');
    put_number(payload, delta);
    file.section({.operations = 1, .first_ns = first, .last_ns = last}, payload + "\x0b");
    return error_of(file.bytes());
  };
  CHECK_THAT(with(-1, 5, 0), Contains("the times of the block"));
  CHECK_THAT(with(0, nanoseconds(kNever), 0), Contains("the times of the block"));
  CHECK_THAT(with(5, 4, 0), Contains("times that its frame says"));
  CHECK_THAT(with(5, 6, 0), Contains("times that its frame says"));
  CHECK_THAT(with(5, 6, 1), Contains("times that its frame says"));  // The first is later.
  CHECK_THAT(with(5, 5, std::uint64_t{1} << 63), Contains("too large"));
  CHECK_THAT(with(5, 5, ~std::uint64_t{0}), Contains("too large"));
  CHECK_THAT(with(5, 5, 0), Contains("without an index"));
}

TEST_CASE("a block with more or fewer bytes than its operations take is refused") {
  const auto with = [](std::uint32_t operations, const std::string& tail) {
    forge::File file;
    file.header();
    std::string payload(1, '\1');
    put_number(payload, std::uint64_t{0});
    file.section({.operations = operations}, payload + "\x0b" + tail);
    return error_of(file.bytes());
  };
  CHECK_THAT(with(0, ""), Contains("a block of no operations"));
  CHECK_THAT(with(1, "x"), Contains("1 bytes are left over"));
  CHECK_THAT(with(2, ""), Contains("claims more bytes than are left"));
  forge::File file;
  file.header();
  file.section({.operations = 1}, std::string("\0\0\0\0\0\0\0\0\0\x0b", 10));
  CHECK_THAT(error_of(file.bytes()), Contains("not little-endian"));
}

TEST_CASE("an index or trailer that does not fit the blocks is refused") {
  const auto with = [](const BlockIndex& index, std::uint64_t operations) {
    forge::File file;
    file.header();
    file.block("\x0b");
    file.index_and_trailer(index, operations);
    return error_of(file.bytes());
  };
  forge::File file;
  file.header();
  const BlockEntry good{.offset = file.size(), .operations = 1};
  CHECK(with({good}, 1) == "(no error)");
  CHECK_THAT(with({}, 1), Contains("index does not fit"));
  CHECK_THAT(with({good, good}, 1), Contains("index does not fit"));
  BlockEntry bad = good;
  bad.next_mm = 1;
  CHECK_THAT(with({bad}, 1), Contains("index does not fit"));
  CHECK_THAT(with({good}, 2), Contains("trailer does not fit"));
}

TEST_CASE("a second header, and a file without one, are refused") {
  forge::File twice;
  twice.header();
  twice.header();
  CHECK_THAT(error_of(twice.bytes()), Contains("a second header"));
  forge::File none;
  none.block("\x0b");
  CHECK_THAT(error_of(none.bytes()), Contains("the first section is not the header"));
}

TEST_CASE("salvage hands out all good blocks before the damage and says where it is") {
  const std::string bytes = small_trace();
  const auto operations = forge::all_kinds();
  auto whole = TraceReader::open(forge::stream_of(bytes));
  REQUIRE(whole.ok());
  const auto index = whole->index();
  REQUIRE(index.ok());
  REQUIRE(index->size() > 3);
  for (std::size_t block = 0; block < index->size(); ++block) {
    const BlockEntry& entry = (*index)[block];
    std::string damaged = bytes;
    damaged[entry.offset + kFrameBytes + 5] ^= 1;
    auto reader = TraceReader::open(forge::stream_of(damaged), OnDamage::salvage);
    REQUIRE(reader.ok());
    const auto read = forge::read(*reader);
    REQUIRE(read.ok());
    REQUIRE(reader->damage().has_value());
    CHECK_THAT(reader->damage()->text,
               StartsWith("byte " + std::to_string(entry.offset + kFrameBytes)));
    CHECK(reader->good().bytes == entry.offset);
    CHECK(reader->good().blocks == block);
    CHECK(reader->good().operations == entry.first_operation);
    CHECK(*read == forge::Operations(
                       operations.begin(),
                       operations.begin() + static_cast<std::ptrdiff_t>(entry.first_operation)));
    if (block > 0) CHECK(nanoseconds(reader->good().last) == (*index)[block - 1].last_ns);
  }
}

TEST_CASE("salvage of a good trace reports no damage and all bytes") {
  const std::string bytes = small_trace();
  auto reader = TraceReader::open(forge::stream_of(bytes), OnDamage::salvage);
  REQUIRE(reader.ok());
  CHECK(forge::read(*reader)->size() == forge::all_kinds().size());
  CHECK_FALSE(reader->damage().has_value());
  CHECK(reader->good().bytes == bytes.size());
}

TEST_CASE("an impossible operation damages its block, not the ones before it") {
  forge::File file;
  file.header();
  file.block(packed(0, u32(0), u64(1)) + "a");
  const std::size_t good = file.size();
  std::string payload(1, '\1');
  put_number(payload, std::uint64_t{0});
  payload += '\x0b';
  put_number(payload, std::uint64_t{0});
  payload += packed(2, u32(7));
  file.section({.operations = 2}, payload);
  auto reader = TraceReader::open(forge::stream_of(file.bytes()), OnDamage::salvage);
  REQUIRE(reader.ok());
  CHECK(forge::read(*reader)->size() == 1);
  REQUIRE(reader->damage().has_value());
  CHECK(reader->damage()->text == "byte " + std::to_string(good) +
                                      ": operation 1 of the block: no address space 7 lives here");
}
