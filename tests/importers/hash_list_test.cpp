#include "tests/importers/made_up.hpp"
#include "traces/hash_lists/importer.hpp"
#include "traces/page_hash.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::hash_lists;
using namespace ksmsim::traces::made_up;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

List list(const std::string& text, const std::string& guest = "g", std::int64_t at = 0) {
  return {guest, seconds(at), "list",
          [text]() -> Result<std::unique_ptr<std::istream>> { return stream(text); }};
}

ListOptions options(Base base = Base::hexadecimal) {
  ListOptions options;
  options.moments.open_temp = in_memory();
  options.base = base;
  return options;
}

struct Imported {
  std::vector<ListReport> reports;
  TraceHeader header;
  Operations operations;
};

Imported import(const std::vector<List>& lists, ListOptions how = options()) {
  return imported<Imported>(ListImport(std::move(how)), lists);
}
Imported import(const std::string& text, ListOptions how = options()) {
  return import(std::vector{list(text)}, std::move(how));
}

std::string refusal(const std::string& text, ListOptions how = options()) {
  ListImport import(std::move(how));
  const auto reports = import.read({list(text)});
  REQUIRE(!reports.ok());
  CHECK(reports.error().text.find('\n') == std::string::npos);
  return reports.error().text;
}

using Pages = std::map<std::uint64_t, std::uint64_t>;
Pages held(const Imported& imported, std::int64_t at = 0, const std::string& guest = "g") {
  Pages pages;
  for (const auto& [where, content] : held_at(imported.operations, seconds(at))) {
    if (where.first == guest) pages[where.second] = content;
  }
  return pages;
}

}  // namespace

TEST_CASE("pages without index count from 0, and hashes of 64 bits stay what they are") {
  const auto imported = import("aa\nBB\n0xcc\n\n# nothing\n  aa # again\nffffffffffffffffff\r\n12");
  CHECK(held(imported) ==
        Pages{{0, 0xaa}, {1, 0xbb}, {2, 0xcc}, {3, 0xaa}, {4, held(imported).at(4)}, {5, 0x12}});
  CHECK(imported.reports[0].counts.all.present == 6);
  CHECK(imported.reports[0].counts.all.distinct == 5);
}

TEST_CASE("an index says where a page is; what is left out is not present") {
  for (const char* text : {"3 aa\n7 bb\n", "3,aa\n7, bb\n", "0x3\taa\n 7 ,bb"}) {
    const auto imported = import(text);
    CHECK(held(imported) == Pages{{3, 0xaa}, {7, 0xbb}});
    CHECK(imported.header.regions ==
          std::vector<Region>{{0, "memory", PageIndex{3}, PageCount{5}}});
  }
}

TEST_CASE("hashes can be decimal, also beyond what a hexadecimal reading would take them for") {
  CHECK(held(import("10\n18446744073709551614\n", options(Base::decimal))) ==
        Pages{{0, 10}, {1, 18446744073709551614u}});
  CHECK(held(import("10")) == Pages{{0, 16}});
  CHECK_THAT(refusal("18446744073709551616", options(Base::decimal)), Contains("below 2^64"));
  CHECK_THAT(refusal("aa", options(Base::decimal)), StartsWith("list:1: 'aa' is not a hash"));
}

TEST_CASE("long hashes are equal where they were, and leading zeros make no difference") {
  const std::string md5 = "620f0b67a91f7f74151bc5be745b7110";
  const std::string sha256(64, 'e');
  const auto pages = held(import(md5 + "\n" + sha256 + "\n000" + md5 + "\n" + md5 + "\n"));
  CHECK(pages.at(0) == pages.at(2));
  CHECK(pages.at(0) == pages.at(3));
  CHECK(pages.at(0) != pages.at(1));
  CHECK(held(import("00000000000000000000000000000005")) == Pages{{0, 5}});
  CHECK_THAT(refusal(sha256 + "e"), Contains("1 to 64 hexadecimal digits"));
}

TEST_CASE("only the hash that is said to be that of zeros is zero") {
  ListOptions zero = options();
  zero.zero = *parse_hash("aa", Base::hexadecimal);
  const auto imported = import("aa\n00\nbb\nffffffffffffffff\n", std::move(zero));
  CHECK(imported.reports[0].counts.all.zero == 1);
  CHECK(held(imported) ==
        Pages{{0, 0}, {1, content_of_hash(0)}, {2, 0xbb}, {3, content_of_hash(~std::uint64_t{0})}});
  CHECK(import("aa\n00\n").reports[0].counts.all.zero == 0);
}

TEST_CASE("under a key hashes become others, equal where they were") {
  ListOptions under = options();
  under.key = key();
  under.zero = *parse_hash("0", Base::hexadecimal);
  const auto pages = held(import("aa\n0\nbb\naa\n", std::move(under)));
  CHECK(pages.at(0) != 0xaa);
  CHECK(pages.at(0) == pages.at(3));
  CHECK(pages.at(0) != pages.at(2));
  CHECK(pages.at(1) == 0);
}

TEST_CASE("several moments and guests stand in several lists or in one") {
  const auto apart =
      import({list("aa\nbb\n", "a", 0), list("aa\ncc\n", "a", 60), list("dd\n", "b", 60)});
  const auto together = import("guest a\nat 0\naa\nbb\nat 60\naa\ncc\nguest b\ndd\n");
  CHECK(apart.operations == together.operations);
  CHECK(held(together, 0, "a") == Pages{{0, 0xaa}, {1, 0xbb}});
  CHECK(held(together, 60, "a") == Pages{{0, 0xaa}, {1, 0xcc}});
  CHECK(held(together, 60, "b") == Pages{{0, 0xdd}});
  // By time, guests taking turns.
  const auto turns = import("at 0\nguest a\naa\nbb\nat 60\nguest a\naa\ncc\nguest b\ndd\n");
  CHECK(turns.operations == together.operations);
  CHECK(together.reports.size() == 3);
  CHECK(together.reports[1].counts.all.changed == 1);
}

TEST_CASE("pages that a later list leaves out are discarded") {
  const auto imported = import("1 aa\n2 bb\nat 5\n2 bb\n9 cc\n");
  CHECK(held(imported, 5) == Pages{{2, 0xbb}, {9, 0xcc}});
  CHECK(imported.reports[1].counts.vanished == 1);
  CHECK(all<input::Map>(imported.operations).size() == 1);
}

TEST_CASE("packed lists are read as they are") {
  const std::string text = "aa\nbb\n";
  for (const std::string& packed : {zstd(text), gzip(text), xz(text)}) {
    CHECK(import(packed).operations == import(text).operations);
  }
  CHECK_THAT(refusal(gzip(std::string(100'000, 'a')).substr(0, 60)), Contains("truncated"));
}

TEST_CASE("a list longer than a buffer is read whole, lines across its ends too") {
  std::string text;
  Pages wanted;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    text += std::to_string(1'000'000 + i * 7) + "\n";
    wanted[i] = 1'000'000 + i * 7;
  }
  CHECK(held(import(text, options(Base::decimal))) == wanted);
}

TEST_CASE("lines that cannot be meant are refused by their number") {
  CHECK_THAT(refusal("aa\n\nxyz\n"), StartsWith("list:3: 'xyz' is not a hash"));
  CHECK_THAT(refusal("aa\n1 2 3\n"), StartsWith("list:2: more than two words"));
  CHECK_THAT(refusal("a,,b\n"), StartsWith("list:1: a comma"));
  CHECK_THAT(refusal("aa,\n"), StartsWith("list:1: a comma"));
  CHECK_THAT(refusal(",aa\n"), StartsWith("list:1: a comma"));
  CHECK_THAT(refusal("x aa\n"), StartsWith("list:1: 'x' is not the index"));
  CHECK_THAT(refusal("68719476736 aa\n"), Contains("below 68719476736"));
  CHECK_THAT(refusal("0x\n"), StartsWith("list:1: '0x' is not a hash"));
  CHECK_THAT(refusal("5 aa\n5 bb\n"), StartsWith("list:2: page 5 behind page 5"));
  CHECK_THAT(refusal("5 aa\nbb\n"), StartsWith("list:2: lines with the index"));
  CHECK_THAT(refusal("guest\n"), StartsWith("list:1: 'guest' should be"));
  CHECK_THAT(refusal("at soon\n"), StartsWith("list:1: "));
  CHECK_THAT(refusal("at 5\naa\nat 5\nbb\n"), StartsWith("list:4: pages of guest 'g' at 5 s"));
  CHECK_THAT(refusal("at 5\naa\nat 4\nbb\n"), Contains("times have to ascend"));
  CHECK_THAT(refusal(std::string(5000, 'a')), StartsWith("list:1: a line of more than 4096 bytes"));
  CHECK_THAT(refusal(""), Contains("no hash of a page in it"));
  CHECK_THAT(refusal("# only\nguest a\nat 1\n"), Contains("no hash of a page in it"));
}

TEST_CASE("a list of more guests than can be told apart is refused") {
  std::string text;
  for (std::uint32_t i = 0; i <= moments::kGuestsMax; ++i) {
    text += "guest g" + std::to_string(i) + "\naa\n";
  }
  CHECK_THAT(refusal(text), Contains("more than 4096 guests"));
}
