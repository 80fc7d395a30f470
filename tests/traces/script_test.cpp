#include "traces/script.hpp"

#include <catch2/catch.hpp>

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::input;
using Catch::Contains;

namespace {

std::string error_of(const std::string& text) {
  const auto script = parse_script(text, "s.ksm");
  return script ? std::string{"(no error)"} : script.error().text;
}

const PageRange kRange{MmId{0}, PageIndex{2}, PageCount{3}};

}  // namespace

TEST_CASE("a script says what its lines say") {
  const auto script = parse_script(
      "# a script\n"
      "mm a\r\n"
      "\tmap a 0 10   # mergeable\n"
      "map a 20 10 plain\n"
      "\n"
      "write a 2 3 zero\n"
      "write a 2 3 c:7\n"
      "write a 2 3 seq:18446744073709551613\n"
      "write a 2 3 mod:9:2\n"
      "read a 2 3\n"
      "discard a 2 3\n"
      "advise a 2 3 mergeable\n"
      "advise a 2 3 unmergeable\n"
      "node a 2 3 63\n"
      "move a 2 3 0\n"
      "swapout a 2 3\n"
      "swapall\n"
      "fork a b\n"
      "unmap a 2 3\n"
      "set run 007\n"
      "set? smart_scan 4294967295\n"
      "wake 18446744073709551615\n"
      "row\n"
      "exit a\n"
      "mm a",
      "s.ksm");
  REQUIRE(script.ok());
  const MmId a{0}, b{1};
  const PageRange r = kRange;
  const std::vector<std::pair<int, Operation>> operations = {
      {2, Begin{a, "a"}},
      {3, Map{{a, PageIndex{0}, PageCount{10}}, Mergeable::yes}},
      {4, Map{{a, PageIndex{20}, PageCount{10}}, Mergeable::no}},
      {6, Write{r, {}, {}}},
      {7, Write{r, {.first = 7, .each = {}}, {}}},
      {8, Write{r, {.first = ~std::uint64_t{0} - 2, .period = 3, .each = {}}, {}}},
      {9, Write{r, {.first = 9, .period = 2, .each = {}}, {}}},
      {10, Read{r, 1}},
      {11, Discard{r}},
      {12, Advise{r, Mergeable::yes}},
      {13, Advise{r, Mergeable::no}},
      {14, SetNode{r, NumaNode{63}}},
      {15, Move{r, NumaNode{0}}},
      {16, SwapOut{r}},
      {17, SwapAll{}},
      {18, Fork{a, b, "b"}},
      {19, Unmap{r}},
      {20, SetKnob{"run", "7"}},
      {24, End{a}},
      {25, Begin{MmId{2}, "a"}},
  };
  std::vector<std::pair<int, Operation>> got;
  std::vector<Step> others;
  for (const Step& step : script->steps) {
    if (step.kind == Step::Kind::operation) {
      got.emplace_back(step.line, step.operation);
    } else {
      others.push_back(step);
    }
  }
  CHECK(got == operations);
  REQUIRE(others.size() == 3);
  CHECK(others[0].kind == Step::Kind::set_if_there);
  CHECK(others[0].line == 21);
  CHECK(others[0].operation == Operation{SetKnob{"smart_scan", "4294967295"}});
  CHECK(others[1].kind == Step::Kind::wake);
  CHECK(others[1].line == 22);
  CHECK(others[1].count == ~std::uint64_t{0});
  CHECK(others[2].kind == Step::Kind::row);
  CHECK(others[2].line == 23);
}

TEST_CASE("a mistake in a script is reported with its file and line") {
  const std::string begin = "mm a\nmap a 0 10\nmap a 4294967295 1\n";
  const auto error = [&](const std::string& line) { return error_of(begin + line + "\nrow\n"); };
  CHECK(error("row") == "(no error)");
  CHECK(error("frob a") == "s.ksm:4: 'frob' is not an operation");
  CHECK(error("mm a") == "s.ksm:4: mm 'a' lives already");
  CHECK(error("fork a a") == "s.ksm:4: mm 'a' lives already");
  CHECK(error("fork b c") == "s.ksm:4: no mm 'b' here");
  CHECK(error("exit b") == "s.ksm:4: no mm 'b' here");
  CHECK(error("mm") == "s.ksm:4: mm takes 1 argument");
  CHECK(error("map a 20") == "s.ksm:4: map takes 3 or 4 arguments");
  CHECK(error("row 1") == "s.ksm:4: row takes 0 arguments");
  CHECK(error("wake") == "s.ksm:4: wake takes 1 argument");
  CHECK_THAT(error("wake 18446744073709551616"),
             Contains("s.ksm:4: '18446744073709551616' is too"));
  CHECK(error("wake -1") == "s.ksm:4: '-1' is not a number");
  CHECK(error("wake +1") == "s.ksm:4: '+1' is not a number");
  CHECK(error("wake 0x1") == "s.ksm:4: '0x1' is not a number");
  CHECK(error("map a 20 5 shared") == "s.ksm:4: 'shared' is not 'plain'");
  CHECK(error("map a 9 5") == "s.ksm:4: part of pages 9 + 5 is mapped already");
  CHECK(error("map a 20 0") == "s.ksm:4: a range of no pages");
  CHECK(error("map a 4294967296 1") == "s.ksm:4: the range ends beyond page 4294967296");
  CHECK_THAT(error("map a 4294967297 1"), Contains("is too large"));
  CHECK(error("write a 8 5 zero") == "s.ksm:4: not all of pages 8 + 5 is mapped");
  CHECK(error("read a 8 5") == "s.ksm:4: not all of pages 8 + 5 is mapped");
  CHECK(error("write a 0 2 x:1") == "s.ksm:4: 'x:1' is not a content");
  CHECK(error("write a 0 2 zeros") == "s.ksm:4: 'zeros' is not a content");
  CHECK(error("write a 0 2 c:") == "s.ksm:4: '' is not a number");
  CHECK(error("write a 0 2 mod:5") == "s.ksm:4: content 'mod:5' lacks its M");
  CHECK(error("write a 0 2 mod:5:0") == "s.ksm:4: M of 'mod:5:0' is zero");
  CHECK(error("write a 0 2 seq:18446744073709551614") == "(no error)");
  CHECK(error("write a 0 2 seq:18446744073709551615") == "s.ksm:4: content IDs do not fit 64 bits");
  CHECK(error("advise a 0 2 maybe") == "s.ksm:4: 'maybe' is not unmergeable or mergeable");
  CHECK_THAT(error("node a 0 2 64"), Contains("'64' is too large"));
  CHECK_THAT(error("set run 4294967296"), Contains("is too large"));
  CHECK(error("set sleep_millisecs 1") == "s.ksm:4: 'sleep_millisecs' is not a knob of a script");
  CHECK(error(std::string("mm b\0c", 6)) == "s.ksm:4: a NUL byte");
}

TEST_CASE("what only traces say is no operation of a script") {
  const std::string begin = "mm a\nmap a 0 10\n";
  for (const char* line : {"optin a on", "swapin a 0 1", "observe a 0 1 merged", "counters a=1"}) {
    CHECK_THAT(error_of(begin + line), Contains("is not an operation"));
  }
  CHECK(error_of(begin + "read a 0 1 2") == "s.ksm:3: read takes 3 arguments");
  CHECK(error_of(begin + "write a 0 1 zero unknown") == "s.ksm:3: write takes 4 arguments");
  CHECK(error_of(begin + "write a 0 1 list:5") == "s.ksm:3: 'list:5' is not a content");
  CHECK(error_of(begin + "@0 exit a") == "s.ksm:3: '@0' is not an operation");
}

TEST_CASE("quotation marks are letters like others in a script") {
  const auto script = parse_script("mm \"a\nexit \"a\n", "s.ksm");
  REQUIRE(script.ok());
  CHECK(script->steps[0].operation == Operation{Begin{MmId{0}, "\"a"}});
}

TEST_CASE("an error shows no more than one short line of what it found") {
  const std::string error = error_of(std::string(100000, 'x') + "\x1b");
  CHECK(error.size() < 120);
  CHECK(error_of("\x1b[31m") == "s.ksm:1: '?[31m' is not an operation");
}
