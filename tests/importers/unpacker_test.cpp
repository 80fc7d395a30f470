#include "traces/unpack/unpacker.hpp"

#include <functional>

#include "sim/base/random.hpp"
#include "tests/importers/made_up.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::unpack;
using namespace ksmsim::traces::made_up;
using Catch::Matchers::Contains;

namespace {

// Some of it repeats, some does not.
std::string some_bytes(std::size_t size) {
  RandomStream random(1, "bytes");
  std::string bytes;
  while (bytes.size() < size) {
    if (random.chance(1, 2)) {
      bytes += std::string(random.below(5000), 'r');
    } else {
      for (auto n = random.below(5000); n > 0; --n) bytes += static_cast<char>(random.below(256));
    }
  }
  bytes.resize(size);
  return bytes;
}

// Everything, in pieces of this size.
Result<std::string> unpacked(std::unique_ptr<std::istream> in, std::size_t piece) {
  auto unpacker = Unpacker::open(std::move(in));
  if (!unpacker) return unpacker.error();
  std::string all;
  while (true) {
    std::string bytes(piece, '\0');
    const auto got = unpacker->read(bytes.data(), bytes.size());
    if (!got) return got.error();
    all += bytes.substr(0, *got);
    CHECK(unpacker->offset() == all.size());
    if (*got < piece) return all;
  }
}

struct Way {
  const char* name;
  std::function<std::string(const std::string&)> pack;
};
const std::vector<Way> kWays = {{"", [](const std::string& bytes) { return bytes; }},
                                {"zstd", zstd},
                                {"gzip", gzip},
                                {"xz", xz}};

}  // namespace

TEST_CASE("what is packed by zstd, gzip or xz is read as it was, in pieces of any size") {
  const std::string bytes = some_bytes(500'000);
  for (const Way& way : kWays) {
    const std::string packed = way.pack(bytes);
    CHECK(name_of(packing_of(packed.substr(0, kMagicBytes))) == std::string(way.name));
    for (const std::size_t piece : {std::size_t{999}, std::size_t{65536}, std::size_t{1} << 20}) {
      CHECK(*unpacked(stream(packed), piece) == bytes);
      CHECK(*unpacked(std::make_unique<Pipe>(packed), piece) == bytes);
    }
  }
}

TEST_CASE("packed streams may follow one another, and may be empty") {
  for (const Way& way : kWays) {
    CHECK(*unpacked(stream(way.pack("abc") + way.pack("") + way.pack("def")), 4) == "abcdef");
    CHECK(unpacked(stream(way.pack("")), 4)->empty());
  }
  // What pzstd puts first.
  const std::string skippable("\x50\x2a\x4d\x18\x02\0\0\0xy", 10);
  CHECK(*unpacked(stream(skippable + zstd("abc")), 10) == "abc");
}

TEST_CASE("a packed stream that ends anywhere before its end is an error that says so") {
  const std::string bytes = some_bytes(20'000);
  for (const Way& way : kWays) {
    if (way.name == std::string()) continue;
    const std::string packed = way.pack(bytes);
    for (std::size_t size = kMagicBytes; size < packed.size(); size += 1 + size / 50) {
      const auto got = unpacked(stream(packed.substr(0, size)), 4096);
      INFO(way.name << " " << size);
      REQUIRE(!got.ok());
      CHECK_THAT(got.error().text, Contains("truncated"));
    }
  }
}

TEST_CASE("a damaged packed stream never gives other bytes than it had") {
  const std::string bytes = some_bytes(20'000);
  for (const Way& way : kWays) {
    if (way.name == std::string("zstd") || way.name == std::string()) continue;  // No checksum.
    const std::string packed = way.pack(bytes);
    for (std::size_t at = kMagicBytes; at < packed.size(); at += 1 + at / 30) {
      std::string damaged = packed;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      const auto got = unpacked(stream(damaged), 4096);
      INFO(way.name << " " << at);
      CHECK((!got || *got == bytes));  // A byte of gzip's header may not matter.
    }
    CHECK(!unpacked(stream(packed + "garbage"), 4096).ok());
  }
}

TEST_CASE("a window of more than 128 MiB is refused, whatever the stream holds") {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 28);
  std::string packed(1000, '\0');
  ZSTD_inBuffer in{"abc", 3, 0};
  ZSTD_outBuffer out{packed.data(), packed.size(), 0};
  ZSTD_inBuffer none{"", 0, 0};
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);  // So that it does not know the size.
  ZSTD_compressStream2(context, &out, &none, ZSTD_e_end);
  packed.resize(out.pos);
  ZSTD_freeCCtx(context);
  CHECK_THAT(unpacked(stream(packed), 100).error().text, Contains("128 MiB"));

  // xz: the size of the window stands in the header of the block, behind the stream's 12 bytes.
  std::string huge = xz("abc");
  const std::size_t header_bytes = 4 * (std::size_t{static_cast<unsigned char>(huge[12])} + 1);
  const std::size_t at = huge.find("\x21\x01", 12) + 2;
  REQUIRE(at < 12 + header_bytes);
  huge[at] = 36;  // 1 GiB
  const auto* header = reinterpret_cast<const std::uint8_t*>(huge.data()) + 12;
  huge = with(huge, 12 + header_bytes - 4, lzma_crc32(header, header_bytes - 4, 0));
  CHECK_THAT(unpacked(stream(huge), 100).error().text, Contains("128 MiB"));
}

TEST_CASE("skipping forwards gives the bytes that are there, and a plain file goes back too") {
  const std::string bytes = some_bytes(300'000);
  for (const Way& way : kWays) {
    auto unpacker = *Unpacker::open(stream(way.pack(bytes)));
    CHECK(unpacker.can_seek() == (way.name == std::string()));
    std::string got(10, '\0');
    for (const std::size_t at : {3u, 200u, 150'000u, 299'990u}) {
      REQUIRE(unpacker.skip_to(at).ok());
      CHECK(*unpacker.read(got.data(), got.size()) == got.size());
      CHECK(got == bytes.substr(at, got.size()));
    }
    if (unpacker.can_seek()) {
      REQUIRE(unpacker.skip_to(1).ok());
      CHECK(*unpacker.read(got.data(), got.size()) == got.size());
      CHECK(got == bytes.substr(1, got.size()));
    }
    REQUIRE(unpacker.skip_to(300'001).ok());
    CHECK(*unpacker.read(got.data(), got.size()) == 0);
  }
}
