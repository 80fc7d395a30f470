#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/input/operation_checker.hpp"

namespace ksmsim::input {
namespace {

PageRange range(std::uint32_t mm, std::uint64_t start, std::uint64_t count) {
  return {MmId{mm}, PageIndex{start}, PageCount{count}};
}

Write write(const PageRange& where, const Contents& contents = {}) {
  return {where, contents, ClassId{0}};
}

// The error that the operation gives, or "" if it is possible.
std::string refusal(OperationChecker& checker, const Operation& operation) {
  const Result<void> result = checker.apply(operation);
  return result.ok() ? "" : result.error().text;
}

// A checker with address space 0, "a", and its pages 0 to 9 mapped.
OperationChecker with_ten_pages() {
  OperationChecker checker;
  REQUIRE(checker.apply(Operation{Begin{MmId{0}, "a"}}).ok());
  REQUIRE(checker.apply(Operation{Map{range(0, 0, 10)}}).ok());
  return checker;
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("address spaces begin in the order of their numbers, and none is used again") {
  OperationChecker checker;
  CHECK_THAT(refusal(checker, Begin{MmId{1}, "a"}), Contains("number 0 is next"));
  CHECK(refusal(checker, Begin{MmId{0}, "a"}).empty());
  CHECK(checker.next_mm() == MmId{1});
  CHECK(refusal(checker, End{MmId{0}}).empty());
  CHECK_THAT(refusal(checker, Begin{MmId{0}, "b"}), Contains("number 1 is next"));
  CHECK(refusal(checker, Begin{MmId{1}, "b"}).empty());
}

TEST_CASE("a name belongs to one living address space and is free again after its end") {
  OperationChecker checker = with_ten_pages();
  REQUIRE(checker.find("a") != nullptr);
  CHECK(*checker.find("a") == MmId{0});
  CHECK_THAT(refusal(checker, Begin{MmId{1}, "a"}), Contains("'a' lives already"));
  CHECK(refusal(checker, End{MmId{0}}).empty());
  CHECK(checker.find("a") == nullptr);
  CHECK(refusal(checker, Begin{MmId{1}, "a"}).empty());
  CHECK(*checker.find("a") == MmId{1});
}

TEST_CASE("a name is not empty and has neither blanks nor # in it") {
  const auto name = GENERATE(as<std::string>(), "", "a b", "a\tb", "a\nb", "#a");
  OperationChecker checker;
  CHECK_FALSE(refusal(checker, Begin{MmId{0}, name}).empty());
  CHECK(checker.next_mm() == MmId{0});
}

TEST_CASE("only a living address space does anything") {
  OperationChecker checker = with_ten_pages();
  REQUIRE(refusal(checker, End{MmId{0}}).empty());
  const std::vector<Operation> operations = {Fork{MmId{0}, MmId{1}, "b"},
                                             End{MmId{0}},
                                             Map{range(0, 20, 1)},
                                             Unmap{range(0, 0, 1)},
                                             Advise{range(0, 0, 1)},
                                             OptIn{MmId{0}},
                                             write(range(0, 0, 1)),
                                             Read{range(0, 0, 1)},
                                             Discard{range(0, 0, 1)},
                                             SwapOut{range(0, 0, 1)},
                                             SwapIn{range(0, 0, 1)},
                                             Huge{range(0, 0, 1)},
                                             SetNode{range(0, 0, 1), NumaNode{0}},
                                             Move{range(0, 0, 1), NumaNode{0}},
                                             Pin{range(0, 0, 1)},
                                             Observe{range(0, 0, 1)}};
  for (const Operation& operation : operations) {
    INFO("operation kind " << operation.index());
    CHECK_THAT(refusal(checker, operation), Contains("no address space 0 lives"));
  }
}

TEST_CASE("what names no address space is always possible") {
  OperationChecker checker;
  CHECK(refusal(checker, SwapAll{}).empty());
  CHECK(refusal(checker, SetKnob{"run", "1"}).empty());
  CHECK(refusal(checker, HostCounters{{{"pages_shared", 1}}}).empty());
}

TEST_CASE("a range that is not wholly mapped is refused by everything but a map") {
  const std::vector<Operation> operations = {Unmap{range(0, 5, 6)},
                                             Advise{range(0, 5, 6)},
                                             write(range(0, 5, 6)),
                                             Read{range(0, 5, 6)},
                                             Discard{range(0, 5, 6)},
                                             SwapOut{range(0, 5, 6)},
                                             SwapIn{range(0, 5, 6)},
                                             Huge{range(0, 5, 6)},
                                             SetNode{range(0, 5, 6), NumaNode{0}},
                                             Move{range(0, 5, 6), NumaNode{0}},
                                             Pin{range(0, 5, 6)},
                                             Observe{range(0, 5, 6)}};
  for (const Operation& operation : operations) {
    OperationChecker checker = with_ten_pages();
    INFO("operation kind " << operation.index());
    CHECK_THAT(refusal(checker, operation), Contains("not all of pages 5 + 6 is mapped"));
    REQUIRE(refusal(checker, Map{range(0, 10, 1)}).empty());
    CHECK(refusal(checker, operation).empty());
  }
}

TEST_CASE("a map needs a range of which nothing is mapped") {
  OperationChecker checker = with_ten_pages();
  CHECK_THAT(refusal(checker, Map{range(0, 9, 5)}), Contains("part of pages 9 + 5 is mapped"));
  CHECK(refusal(checker, Map{range(0, 10, 5)}).empty());
  CHECK(refusal(checker, Unmap{range(0, 3, 2)}).empty());
  CHECK_FALSE(refusal(checker, Map{range(0, 2, 2)}).empty());
  CHECK(refusal(checker, Map{range(0, 3, 2)}).empty());
  CHECK(refusal(checker, write(range(0, 0, 15))).empty());
}

TEST_CASE("a child has the regions of its parent, and from then on its own") {
  OperationChecker checker = with_ten_pages();
  REQUIRE(refusal(checker, Fork{MmId{0}, MmId{1}, "b"}).empty());
  CHECK(refusal(checker, Unmap{range(1, 0, 5)}).empty());
  CHECK_FALSE(refusal(checker, write(range(1, 0, 1))).empty());
  CHECK(refusal(checker, write(range(1, 5, 5))).empty());
  CHECK(refusal(checker, write(range(0, 0, 10))).empty());
}

TEST_CASE("a range has pages and ends at or below the last page index") {
  OperationChecker checker = with_ten_pages();
  CHECK_THAT(refusal(checker, Map{range(0, 20, 0)}), Contains("no pages"));
  CHECK(refusal(checker, Map{range(0, kPageIndexEnd - 2, 2)}).empty());
  CHECK_THAT(refusal(checker, Map{range(0, kPageIndexEnd - 2, 3)}), Contains("beyond page"));
  CHECK_THAT(refusal(checker, Map{range(0, kPageIndexEnd, 1)}), Contains("beyond page"));
  CHECK_THAT(refusal(checker, Map{range(0, 20, ~std::uint64_t{0})}), Contains("beyond page"));
}

TEST_CASE("contents fit their range and 64 bits") {
  OperationChecker checker = with_ten_pages();
  const std::uint64_t most = ~std::uint64_t{0};
  CHECK(refusal(checker, write(range(0, 0, 3), {most - 2, 3, {}})).empty());
  CHECK_THAT(refusal(checker, write(range(0, 0, 4), {most - 2, 4, {}})), Contains("64 bits"));
  CHECK(refusal(checker, write(range(0, 0, 3), {most - 2, 1000, {}})).empty());
  CHECK_THAT(refusal(checker, write(range(0, 0, 3), {1, 0, {}})), Contains("0 pages"));
  CHECK(refusal(checker, write(range(0, 0, 3), {0, 1, {7, 8, 9}})).empty());
  CHECK_THAT(refusal(checker, write(range(0, 0, 3), {0, 1, {7, 8}})), Contains("2 contents"));
}

TEST_CASE("time may stand still but does not go back, and a refused operation does not move it") {
  OperationChecker checker = with_ten_pages();
  const auto at = [](std::int64_t ns, const Operation& operation) {
    return TimedOperation{at_nanoseconds(ns), operation};
  };
  CHECK(checker.apply(at(100, write(range(0, 0, 1)))).ok());
  CHECK(checker.apply(at(100, write(range(0, 1, 1)))).ok());
  const auto back = checker.apply(at(99, write(range(0, 2, 1))));
  REQUIRE_FALSE(back.ok());
  CHECK_THAT(back.error().text, Contains("from 100 to 99 ns"));
  CHECK_FALSE(checker.apply(at(200, write(range(0, 90, 1)))).ok());
  CHECK(checker.apply(at(150, write(range(0, 0, 1)))).ok());
}

}  // namespace ksmsim::input
