#include "traces/dumps/elf_core.hpp"

#include "tests/importers/made_up.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::dumps;
using namespace ksmsim::traces::made_up;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// Two pages at 0, three at 1 MiB.
Core small() {
  Core core;
  core.segments = {{0, pages({1, 2}), 0}, {0x100000, pages({3, 4, 5}), 0}};
  return core;
}

Result<ElfCore> read(const std::string& bytes) {
  auto dump = DumpBytes::open(stream(bytes));
  REQUIRE(dump.ok());
  auto core = read_elf_core(*dump);
  // A pipe gives the same.
  auto pipe = DumpBytes::open(std::make_unique<Pipe>(bytes));
  const auto again = read_elf_core(*pipe);
  REQUIRE(again.ok() == core.ok());
  if (core) CHECK(again->segments.size() == core->segments.size());
  return core;
}

std::string refusal(const std::string& bytes) {
  const auto core = read(bytes);
  REQUIRE(!core.ok());
  CHECK(core.error().text.find('\n') == std::string::npos);
  return core.error().text;
}

}  // namespace

TEST_CASE("segments of a core are found wherever they begin in the file") {
  const auto core = read(small().file());
  REQUIRE(core.ok());
  REQUIRE(core->segments.size() == 2);
  CHECK(core->machine == kMachineAmd64);
  CHECK(core->segments[0].start == PageIndex{0});
  CHECK(core->segments[0].count == PageCount{2});
  CHECK(core->segments[0].file_offset % kPageBytes == (64 + 3 * 56 + 1224) % kPageBytes);
  CHECK(core->segments[1].start == PageIndex{256});
  CHECK(core->segments[1].file_bytes == 3 * kPageBytes);
}

TEST_CASE("segments come by physical address, whatever their order in the file") {
  Core core = small();
  std::swap(core.segments[0], core.segments[1]);
  const auto read_back = read(core.file());
  REQUIRE(read_back.ok());
  CHECK(read_back->segments[0].start == PageIndex{0});
  CHECK(read_back->segments[0].header == 2);
}

TEST_CASE("more program headers than 16 bits count are counted in section header 0") {
  Core core = small();
  core.in_section = true;
  CHECK(read(core.file())->segments.size() == 2);
  CHECK_THAT(refusal(with(core.file(), 40, std::uint64_t{0})), StartsWith("byte 40: "));
  CHECK_THAT(refusal(with(core.file(), 40, std::uint64_t{1} << 63)), StartsWith("byte 40: "));
}

TEST_CASE("what is no 64-bit little-endian core is refused by the byte that says so") {
  const std::string good = small().file();
  CHECK_THAT(refusal("not ELF" + good), Contains("byte 0: not ELF"));
  CHECK_THAT(refusal(with<char>(good, 4, 1)), Contains("byte 4: ELF of 32 bits"));
  CHECK_THAT(refusal(with<char>(good, 5, 2)), Contains("byte 5: big-endian"));
  CHECK_THAT(refusal(with<std::uint16_t>(good, 16, 2)), Contains("byte 16: ELF of type 2"));
  CHECK_THAT(refusal(with<std::uint16_t>(good, 54, 55)),
             Contains("byte 54: program headers of 55"));
  CHECK_THAT(refusal(with<std::uint16_t>(good, 56, 1)), Contains("PT_LOAD"));
  CHECK_THAT(refusal(with<std::uint16_t>(good, 56, 0)), Contains("PT_LOAD"));
}

TEST_CASE("a core that ends within its headers is truncated") {
  const std::string good = small().file();
  for (std::size_t size = 4; size < 64 + 3 * 56; ++size) {
    CHECK_THAT(refusal(good.substr(0, size)), Contains("truncated"));
  }
}

TEST_CASE("segments that overlap, are no pages or end nowhere are refused") {
  const Core core = small();
  const std::string good = core.file();
  const std::size_t second = core.header_at(2);
  CHECK_THAT(refusal(with(good, second + 24, std::uint64_t{0x1000})), Contains("overlap"));
  CHECK_THAT(refusal(with(good, second + 24, std::uint64_t{0x2001})), Contains("not at a page"));
  CHECK_THAT(refusal(with(good, second + 24, ~std::uint64_t{0xfff})), Contains("ends behind"));
  CHECK_THAT(refusal(with(good, second + 40, std::uint64_t{1} << 63)), Contains("ends behind"));
  CHECK_THAT(refusal(with(good, second + 32, ~std::uint64_t{0})), Contains("a segment of"));
  CHECK_THAT(refusal(with(good, second + 32, std::uint64_t{1} << 40)), Contains("in the file"));
  CHECK_THAT(refusal(with(good, second + 8, ~std::uint64_t{0})), Contains("at byte 18446744"));
  CHECK_THAT(refusal(with(good, 32, std::uint64_t{1} << 63)), StartsWith("byte 32: "));
}

TEST_CASE("a number of headers that nobody wrote costs no memory") {
  Core core = small();
  core.in_section = true;
  CHECK_THAT(refusal(with(core.file(), 64 + 44, ~std::uint32_t{0})), Contains("truncated"));
}

TEST_CASE("headers of a packed dump far behind its beginning are refused, in a plain one read") {
  Core core = small();
  std::string far = core.file();
  const std::string headers = far.substr(64, 168);
  far.resize(17 << 20, '\0');
  far = with(far, 32, std::uint64_t{far.size()}) + headers;
  auto plain = *DumpBytes::open(stream(far));
  CHECK(read_elf_core(plain)->segments.size() == 2);
  auto packed = *DumpBytes::open(stream(zstd(far)));
  CHECK_THAT(read_elf_core(packed).error().text, Contains("unpack it to a file"));
}
