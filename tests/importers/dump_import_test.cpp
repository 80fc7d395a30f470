#include <cstdlib>
#include <fstream>
#include <set>

#include "tests/importers/imported_dumps.hpp"
#include "traces/dumps/known_formats.hpp"
#include "traces/page_hash.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::dumps;
using namespace ksmsim::traces::dumps::made_up;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::uint64_t content(std::uint64_t number) { return content_of_page(page(number).data(), key()); }

using Pages = std::map<std::uint64_t, std::uint64_t>;  // Content by page.
Pages held(const Imported& imported, Time at = kStart) {
  Pages pages;
  for (const auto& [where, content] : held_at(imported.operations, at)) {
    pages[where.second] = content;
  }
  return pages;
}

Core small() {
  Core core;
  core.segments = {{0, pages({1, 0, 2}), 0}, {0x100000, pages({2, 0}), 0}};
  return core;
}
const Pages kSmall = {{0, content(1)}, {1, 0}, {2, content(2)}, {256, content(2)}, {257, 0}};

}  // namespace

TEST_CASE("pages of a core are counted from their segment's start") {
  const Imported imported = import(small().file());
  CHECK(held(imported) == kSmall);
  const auto& counts = imported.reports[0].counts;
  CHECK(counts.all.present == 5);
  CHECK(counts.all.distinct == 3);
  CHECK(counts.all.zero == 2);
  CHECK(counts.parts[0].distinct == 3);
  CHECK(counts.parts[1].distinct == 2);
  CHECK(imported.header.regions == std::vector<Region>{{0, "ram", PageIndex{0}, PageCount{3}},
                                                       {0, "ram", PageIndex{256}, PageCount{2}}});
}

TEST_CASE("plain, packed and piped dumps give the same operations") {
  const std::string bytes = small().file();
  const auto plain = import(bytes).operations;
  for (const std::string& packed : {zstd(bytes), gzip(bytes), xz(bytes)}) {
    CHECK(import(packed).operations == plain);
  }
  CHECK(import({{"g", {piped(bytes)}}}).operations == plain);
  CHECK(import({{"g", {piped(xz(bytes))}}}).operations == plain);
}

TEST_CASE("a raw image holds what the core of the same memory holds") {
  CHECK(held(import(pages({1, 0, 2}))) == Pages{{0, content(1)}, {1, 0}, {2, content(2)}});
  DumpOptions based = options();
  based.raw_base = PageIndex{256};
  const Imported imported = import(pages({2, 0}), std::move(based));
  CHECK(held(imported) == Pages{{256, content(2)}, {257, 0}});
  CHECK(imported.header.regions == std::vector<Region>{{0, "ram", PageIndex{256}, PageCount{2}}});
}

TEST_CASE("dumps larger than a buffer are read whole, ELF and raw") {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < 200; ++i) numbers.push_back(i % 7 == 0 ? 0 : i);
  Core core;
  core.segments = {{0, pages(numbers), 0}};
  const Imported elf = import(core.file());
  CHECK(elf.reports[0].counts.all.present == 200);
  CHECK(held(elf) == held(import(pages(numbers))));
  CHECK(held(elf) == held(import({{"g", {piped(pages(numbers))}}})));
}

TEST_CASE("a page that is not whole is filled up with zeros, and that is said") {
  const std::string part = page(9).substr(0, 1000);
  Core core = small();
  core.segments[1].bytes += part;
  const Imported elf = import(core.file());
  const std::uint64_t filled = content_of_page((part + std::string(3096, '\0')).data(), key());
  CHECK(held(elf).at(258) == filled);
  CHECK_THAT(elf.reports[0].remarks.at(0), Contains("0x100000") && Contains("1000 bytes"));
  const Imported raw = import(page(1) + part);
  CHECK(held(raw) == Pages{{0, content(1)}, {1, filled}});
  CHECK_THAT(raw.reports[0].remarks.at(0), Contains("1000 bytes"));
}

TEST_CASE("memory that a core names but does not hold is mapped and not present") {
  Core core = small();
  core.segments[0].memory_bytes = 10 * kPageBytes;
  const Imported imported = import(core.file());
  CHECK(held(imported) == kSmall);
  CHECK(all<input::Map>(imported.operations)[0].second.range.count == PageCount{10});
  CHECK_THAT(imported.reports[0].remarks.at(0), Contains("has 10 pages, but only 3"));
}

TEST_CASE("zeros can count as memory that was never touched") {
  DumpOptions absent = options();
  absent.zeros = Zeros::absent;
  const Imported imported = import(small().file(), std::move(absent));
  CHECK(held(imported) == Pages{{0, content(1)}, {2, content(2)}, {256, content(2)}});
  CHECK(imported.reports[0].counts.all.zero == 0);
}

TEST_CASE("segments behind one another in memory but not in the file need a file that goes back") {
  Core core = small();
  std::swap(core.segments[0], core.segments[1]);
  CHECK(held(import(core.file())) == kSmall);
  // The first bytes are kept while the format is recognised; what lies behind them is gone.
  core.segments[0].bytes.resize(kBeginBytes + kPageBytes);
  CHECK_THAT(refusal(piped(core.file())), Contains("does not go back; unpack it to a file"));
  CHECK_THAT(refusal(zstd(core.file())), Contains("does not go back"));
}

TEST_CASE("a dump that ends before its segments do is truncated, at a byte") {
  const std::string bytes = small().file();
  const std::size_t begin = 64 + 3 * 56 + 1224;
  for (std::size_t size = begin; size < bytes.size(); size += 1000) {
    const std::string text = refusal(bytes.substr(0, size));
    CHECK_THAT(text, StartsWith("file: byte ") && Contains("truncated"));
    CHECK_THAT(refusal(piped(bytes.substr(0, size))), Contains("truncated"));
  }
  CHECK_THAT(refusal(bytes.substr(0, begin + 100)),
             Contains("byte " + std::to_string(begin + 100)));
}

TEST_CASE("a segment that claims what no file holds costs no memory") {
  const Core core = small();
  std::string claims = with(core.file(), core.header_at(2) + 32, std::uint64_t{1} << 46);
  claims = with(claims, core.header_at(2) + 40, std::uint64_t{1} << 46);
  CHECK_THAT(refusal(claims), Contains("truncated"));
}

TEST_CASE("other kinds of dumps and what is no dump are named, not read as memory") {
  const std::string rest(5000, 'x');
  CHECK_THAT(refusal("KDUMP   " + rest), Contains("kdump"));
  CHECK_THAT(refusal("makedumpfile" + rest), Contains("flattened"));
  CHECK_THAT(refusal("LibvirtQemudSave" + rest), Contains("--memory-only"));
  CHECK_THAT(refusal("EMiL" + rest), Contains("LiME"));
  CHECK_THAT(refusal("QFI\xfb" + rest), Contains("qcow2"));
  CHECK_THAT(refusal(""), Contains("0 bytes"));
  CHECK_THAT(refusal(std::string(100, '\0')),
             Contains("100 bytes are neither an ELF core nor a page of memory"));
  DumpOptions raw = options();
  raw.format = Format::raw;
  CHECK(import("KDUMP   " + rest, raw).reports[0].counts.all.present == 2);
  DumpOptions empty = options();
  empty.format = Format::raw;
  CHECK_THAT(refusal(dump(""), std::move(empty)), Contains("empty"));
  DumpOptions elf = options();
  elf.format = Format::elf;
  CHECK_THAT(refusal(dump(pages({1})), std::move(elf)), Contains("not ELF"));
  DumpOptions high = options();
  high.raw_base = PageIndex{kPageIndexEnd - 1};
  CHECK_THAT(refusal(dump(pages({1, 2})), std::move(high)), Contains("behind physical address"));
}

TEST_CASE("between two dumps of a guest only what changed is written") {
  Core later = small();
  later.segments[0].bytes = pages({1, 7, 2});
  const Imported imported = import({{"g", {dump(small().file()), dump(later.file(), 60)}}});
  Pages wanted = kSmall;
  CHECK(held(imported) == wanted);
  wanted[1] = content(7);
  CHECK(held(imported, seconds(60)) == wanted);
  CHECK(imported.reports[1].counts.all.changed == 1);
  const auto writes = all<input::Write>(imported.operations);
  CHECK(writes.back().first > kStart);
  CHECK(writes.back().first <= seconds(60));
  CHECK(writes.back().second.range.count == PageCount{1});
}

TEST_CASE("memory that a guest gets or gives back between dumps is mapped and unmapped") {
  Core more = small();
  more.segments.push_back({0x200000, pages({8, 9}), 0});
  const Imported imported =
      import({{"g", {dump(small().file()), dump(more.file(), 10), dump(pages({1, 0, 2}), 20)}}});
  CHECK(held(imported, seconds(10)).size() == 7);
  CHECK(held(imported, seconds(20)).size() == 3);
  CHECK(imported.reports[2].counts.vanished == 4);
  CHECK(all<input::Unmap>(imported.operations).size() == 2);
  CHECK(imported.header.regions.size() == 3);
}

TEST_CASE("equal pages are equal between guests, and video memory and BIOS are told from RAM") {
  Core core = small();
  core.segments.push_back({0xfd000000, pages({1}), 0});
  core.segments.push_back({0xfffc0000, std::string(0x40000, 'b'), 0});
  core.segments.push_back({0x100000000, pages({2}), 0});
  const Imported imported = import({{"a", {dump(core.file())}}, {"b", {dump(pages({2}))}}});
  const auto held = held_at(imported.operations, kStart);
  CHECK(held.at({"a", 2}) == held.at({"b", 0}));
  CHECK(held.at({"a", 2}) != held.at({"a", 0}));
  std::vector<std::string> roles;
  for (const Region& region : imported.header.regions) roles.push_back(region.role);
  CHECK(roles == std::vector<std::string>{"ram", "ram", "device", "rom", "ram", "ram"});
  CHECK(imported.header.classes == std::vector<std::string>{"unknown", "ram", "device", "rom"});
  std::set<ClassId> classes;
  for (const auto& write : all<input::Write>(imported.operations)) {
    classes.insert(write.second.page_class);
  }
  CHECK(classes.size() == 3);
}

TEST_CASE("the same key gives the same contents, another key others; zeros stay zeros") {
  const std::string bytes = pages({1, 0, 2, 1});
  const auto contents = [&bytes](unsigned which) {
    return held(import({{"g", {dump(bytes)}}}, options(), key(which)));
  };
  CHECK(contents(1) == contents(1));
  const Pages one = contents(1), two = contents(2);
  CHECK(one.at(0) != two.at(0));
  CHECK(one.at(1) == 0);
  CHECK(two.at(1) == 0);
  CHECK(one.at(0) == one.at(3));
}

TEST_CASE("no page that is not zero has the content of zeros or of nothing") {
  CHECK(content_of_hash(0) != kZeroContent);
  CHECK(content_of_hash(~std::uint64_t{0}) != kNoContent);
  CHECK(content_of_hash(0) != content_of_hash(~std::uint64_t{0}));
  CHECK(content_of_hash(5) == 5);
  std::string almost(kPageBytes, '\0');
  CHECK(content_of_page(almost.data(), key()) == kZeroContent);
  almost.back() = 1;
  CHECK(content_of_page(almost.data(), key()) != kZeroContent);
}

TEST_CASE("a key has 192 bytes, and random ones") {
  std::string bytes;
  for (int i = 0; i < 192; ++i) bytes += static_cast<char>(i);
  CHECK(HashKey::from_bytes(bytes).ok());
  CHECK_THAT(HashKey::from_bytes(bytes + "x").error().text, Contains("193 bytes"));
  CHECK_THAT(HashKey::from_bytes("").error().text, Contains("0 bytes"));
  CHECK_THAT(HashKey::from_bytes(std::string(192, 'k')).error().text, Contains("not random"));
  std::string text;
  for (int i = 0; i < 192; ++i) text += "0123456789abcdef"[i * 7 % 16];
  CHECK_THAT(HashKey::from_bytes(text).error().text, Contains("not random"));
  CHECK(key(1).fingerprint() != key(2).fingerprint());
  CHECK(key(1).fingerprint().size() == 8);
}

// The dump is too large to be shipped: KSMSIM_DUMP_80MB names it where it is.
TEST_CASE("the dump of a real guest has the pages that were counted when it was made") {
  const char* path = std::getenv("KSMSIM_DUMP_80MB");
  if (path == nullptr) {
    WARN("KSMSIM_DUMP_80MB does not name dump-80mb.elf.zst; nothing was checked");
    return;
  }
  const Dump real{kStart, path, [path]() -> Result<std::unique_ptr<std::istream>> {
                    return std::unique_ptr<std::istream>{
                        std::make_unique<std::ifstream>(path, std::ios::binary)};
                  }};
  const auto report = import({{"g", {real}}}).reports[0];
  struct Row {
    std::uint64_t address, pages, distinct, zero;
  };
  const Row rows[] = {{0, 160, 20, 141},
                      {0xc0000, 20288, 13193, 4641},
                      {0xfd000000, 4096, 10, 4080},
                      {0xfffc0000, 64, 47, 18}};
  REQUIRE(report.segments.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(report.segments[i].start.value * kPageBytes == rows[i].address);
    CHECK(report.counts.parts[i].present == rows[i].pages);
    CHECK(report.counts.parts[i].distinct == rows[i].distinct);
    CHECK(report.counts.parts[i].zero == rows[i].zero);
  }
  CHECK(report.counts.all.present == 24608);
  CHECK(report.counts.all.distinct == 13251);
  CHECK(report.counts.all.zero == 8880);
}
