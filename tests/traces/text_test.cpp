#include <catch2/catch.hpp>
#include <sstream>

#include "tests/traces/forge.hpp"
#include "traces/text.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::input;
using Catch::Contains;

namespace {

std::string dump(const std::string& bytes) {
  auto reader = TraceReader::open(forge::stream_of(bytes));
  REQUIRE(reader.ok());
  std::ostringstream out;
  TextWriter writer{out, reader->header()};
  const auto operations = forge::read(*reader);
  REQUIRE(operations.ok());
  for (const auto& timed : *operations) writer.add(timed);
  return out.str();
}

Result<std::string> compile(const std::string& text) {
  std::istringstream in{text};
  auto reader = TextReader::open(in, "t");
  if (!reader) return reader.error();
  forge::Operations operations;
  while (true) {
    auto timed = reader->next();
    if (!timed) return timed.error();
    if (!*timed) return forge::write(reader->header(), operations);
    operations.push_back(**timed);
  }
}

std::string error_of(const std::string& text) {
  const auto bytes = compile(text);
  return bytes ? std::string{"(no error)"} : bytes.error().text;
}

const char* const kCanonical = R"(trace 3
program "ksmsim 0.1.0"
kernel Linux
notes "two\nlines \"and\" \\ \x01"
block_bytes 300
class heap
class "kernel text"
guest "vm 1"
region 0 ram 0 100
@0 mm a
@0 map a 0 100
@0 map a 1000 1024 plain
@0.000000001 optin a on
@0.5 optin a off
@1 advise a 1000 5 mergeable
@1 advise a 1000 5 unmergeable
@1.25 write a 0 10 zero
@1.25 write a 0 10 c:18446744073709551615 heap
@1.25 write a 0 10 seq:5 "kernel text"
@1.25 write a 0 10 mod:0:3
@1.25 write a 0 2 mod:7:3
@1.25 write a 0 4 list:0,18446744073709551615,3,3 heap
@1.25 write a 0 1 list:9
@2 fork a "b\"c"
@2 read "b\"c" 0 100
@2 read "b\"c" 0 100 7
@2 discard a 0 1
@2 unmap a 99 1
@3 swapout a 1 2
@3 swapall
@3 swapin a 1 2
@3 huge a 1024 512 on
@3 huge a 1024 512 off
@3 collapse a 1024 512
@3 activity a
@3 activity a "virus scan"
@3 node a 0 5 63
@3 move a 0 5 0
@3 pin a 0 5 on
@3 pin a 0 5 off
@3 observe a 0 5 merged
@3 observe a 0 5 swapped
@4 set run 1
@4 set "" "a # b"
@4 counters
@4 counters pages_shared=5 general_profit=-9223372036854775808 "a b=c=0"
@9223372036.854775806 exit a
)";

}  // namespace

TEST_CASE("canonical text compiles to a trace that dumps to the same text") {
  const auto bytes = compile(kCanonical);
  REQUIRE(bytes.ok());
  CHECK(dump(*bytes) == kCanonical);
}

TEST_CASE("a dumped trace compiles to the same bytes") {
  for (const std::uint32_t block_bytes : {1u, 200u, kBlockBytesUsual}) {
    auto header = forge::full_header();
    header.block_bytes = block_bytes;
    const auto bytes = forge::write(header, forge::all_kinds());
    REQUIRE(bytes.ok());
    const auto again = compile(dump(*bytes));
    REQUIRE(again.ok());
    CHECK(*again == *bytes);
  }
}

TEST_CASE("a dumped trace with split lists compiles to the same bytes") {
  const PageRange range{MmId{0}, PageIndex{0}, PageCount{kListMax + 5}};
  Write write{range, {}, ClassId{}};
  for (std::uint64_t i = 0; i < range.count.value; ++i) write.contents.each.push_back(i % 977);
  const auto bytes =
      forge::write({}, {{kStart, Begin{MmId{0}, "a"}}, {kStart, Map{range}}, {kStart, write}});
  REQUIRE(bytes.ok());
  const auto again = compile(dump(*bytes));
  REQUIRE(again.ok());
  CHECK(*again == *bytes);
}

TEST_CASE("names of any bytes survive the text form") {
  std::string name;
  for (int c = 0; c < 256; ++c) {
    if (std::string_view{" \t\r\n#"}.find(static_cast<char>(c)) == std::string_view::npos) {
      name += static_cast<char>(c);
    }
  }
  std::string value;
  for (int c = 0; c < 256; ++c) value += static_cast<char>(c);
  const auto bytes = forge::write(
      {}, {{kStart, Begin{MmId{0}, name}}, {kStart, SetKnob{value, ""}}, {kStart, End{MmId{0}}}});
  REQUIRE(bytes.ok());
  const auto again = compile(dump(*bytes));
  REQUIRE(again.ok());
  CHECK(*again == *bytes);
}

TEST_CASE("blank lines, comments, CRLF and a last line without end are read") {
  const auto bytes = compile("# nothing\n\n  \t\r\n@0 mm a # an mm\r\n@1.500 map a 0 1");
  REQUIRE(bytes.ok());
  CHECK(dump(*bytes) == "trace 3\n@0 mm a\n@1.5 map a 0 1\n");
}

TEST_CASE("text of version 1 is read, and written as the newest") {
  const auto bytes = compile("trace 1\n@0 mm a\n");
  REQUIRE(bytes.ok());
  CHECK(dump(*bytes) == "trace 3\n@0 mm a\n");
}

TEST_CASE("text of many lines is read beyond any buffer") {
  std::string text = "trace 3\n@0 mm a\n@0 map a 0 1\n";
  for (int i = 1; i < 20000; ++i) text += "@1 write a 0 1 c:" + std::to_string(i) + "\n";
  const auto bytes = compile(text);
  REQUIRE(bytes.ok());
  const bool same = dump(*bytes) == text;  // Not printed: it is long.
  CHECK(same);
}

TEST_CASE("a mistake in the text is reported with its line") {
  const std::string begin = "@0 mm a\n@5 map a 10 10\n";
  const auto error = [&](const std::string& line) { return error_of(begin + line); };
  CHECK(error("@6 exit a") == "(no error)");
  CHECK(error("exit a") == "t:3: 'exit' is not a time (@SECONDS), which leads every operation");
  CHECK(error("@4 exit a") == "t:3: time goes back from 5000000000 to 4000000000 ns");
  CHECK(error("@6") == "t:3: a time without an operation");
  CHECK(error("@6 wake 1") == "t:3: 'wake' is not an operation");
  CHECK(error("@6 row") == "t:3: 'row' is not an operation");
  CHECK(error("@6 set? run 1") == "t:3: 'set?' is not an operation");
  CHECK(error("@ exit a") == "t:3: '' is not a number");
  CHECK(error("@6. exit a") == "t:3: '' is not a number");
  CHECK(error("@-6 exit a") == "t:3: '-6' is not a number");
  CHECK(error("@6.1234567890 exit a") == "t:3: '6.1234567890' has more than 9 decimals");
  CHECK_THAT(error("@9223372036.854775807 exit a"), Contains("are too many"));
  CHECK_THAT(error("@9223372037 exit a"), Contains("is too large"));
  CHECK_THAT(error("@99999999999999999999 exit a"), Contains("is too large"));
  CHECK(error("@6 write a 10 1 c:1 heap") == "t:3: the header names no class 'heap'");
  CHECK(error("@6 write a 10 2 list:1") == "t:3: a list of 1 contents for 2 pages");
  CHECK(error("@6 write a 10 1 list:") == "t:3: '' is not a number");
  CHECK(error("@6 write a 10 2 list:1,") == "t:3: '' is not a number");
  CHECK(error("@6 read a 10 1 0") == "t:3: pages are read 0 times, not 1 or more");
  CHECK(error("@6 huge a 10 1 maybe") == "t:3: 'maybe' is not off or on");
  CHECK(error("@6 observe a 10 1 gone") == "t:3: 'gone' is not merged or swapped");
  CHECK(error("@6 counters a") == "t:3: 'a' is not NAME=VALUE");
  CHECK(error("@6 counters a=") == "t:3: '' is not a number");
  CHECK_THAT(error("@6 counters a=9223372036854775808"), Contains("does not fit 64 bits"));
  CHECK(error("@6 mm \"a b\"") == "t:3: name 'a b' has a blank or # in it");
  CHECK(error("@6 mm \"b") == "t:3: a quotation mark is not closed");
  CHECK(error("@6 mm \"b\"c") == "t:3: a word goes on behind its quotation mark");
  CHECK_THAT(error("@6 mm \"\\q\""), Contains("\\ stands before none of"));
  CHECK_THAT(error("@6 mm \"\\x4\""), Contains("\\ stands before none of"));
  CHECK(error("@6 map a 68719476736 1") == "t:3: the range ends beyond page 68719476736");
  CHECK(error("@6 map a 68719476735 1") == "(no error)");
  CHECK(error("class heap") ==
        "t:3: 'class' is not a time (@SECONDS), which leads every operation");
}

TEST_CASE("a mistake in the header lines is reported") {
  CHECK(error_of("trace 4\n") == "t:1: format version 4; this program reads 1 to 3");
  CHECK(error_of("host a\nhost b\n") == "t:2: host comes twice");
  CHECK(error_of("program a b\n") == "t:1: program takes 1 argument");
  CHECK(error_of("region 0 ram 0\n") == "t:1: region takes 4 arguments");
  CHECK(error_of("mm a\n") == "t:1: 'mm' is neither a header line nor a time (@SECONDS)");
  CHECK(error_of("region 0 ram 0 1\n") == "t: header: region 0 belongs to guest 0 of 0");
  CHECK(error_of("class unknown\n") == "t: header: the name of class 1 comes twice");
  CHECK_THAT(error_of("block_bytes 0\n"), Contains("t: header: blocks of 0 bytes"));
}
