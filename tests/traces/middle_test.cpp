#include <catch2/catch.hpp>

#include "sim/input/operation_checker.hpp"
#include "tests/traces/forge.hpp"
#include "traces/trace_source.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;

namespace {

std::string trace_of_many_blocks() {
  auto bytes = forge::write(forge::full_header(), forge::all_kinds());
  REQUIRE(bytes.ok());
  return *std::move(bytes);
}

forge::Operations rest_of(input::OpSource& source) {
  forge::Operations operations;
  while (true) {
    auto timed = source.next();
    REQUIRE(timed.ok());
    if (!*timed) return operations;
    operations.push_back(**timed);
  }
}

forge::Operations from(const forge::Operations& operations, std::size_t first) {
  return {operations.begin() + static_cast<std::ptrdiff_t>(first), operations.end()};
}

}  // namespace

TEST_CASE("a reader that starts at any block yields what a full read yields from there") {
  const std::string bytes = trace_of_many_blocks();
  const auto operations = forge::all_kinds();
  auto reader = TraceReader::open(forge::stream_of(bytes));
  REQUIRE(reader.ok());
  const auto index = reader->index();
  REQUIRE(index.ok());
  REQUIRE(index->size() > 3);
  // Backwards, so that each seek leaves a place behind it.
  for (std::size_t block = index->size(); block-- > 0;) {
    REQUIRE(reader->seek(block).ok());
    const auto read = forge::read(*reader);
    REQUIRE(read.ok());
    CHECK(*read == from(operations, (*index)[block].first_operation));
    CHECK(reader->good().operations == operations.size());
    CHECK(reader->good().bytes == bytes.size());
  }
  CHECK_FALSE(reader->seek(index->size()).ok());
}

TEST_CASE("each entry of the index says which address space begins next") {
  const auto operations = forge::all_kinds();
  auto reader = TraceReader::open(forge::stream_of(trace_of_many_blocks()));
  REQUIRE(reader.ok());
  const auto index = reader->index();
  REQUIRE(index.ok());
  for (const BlockEntry& entry : *index) {
    input::OperationChecker checker;
    for (std::size_t i = 0; i < entry.first_operation; ++i) {
      REQUIRE(checker.apply(operations[i]).ok());
    }
    CHECK(checker.next_mm().value == entry.next_mm);
    CHECK(nanoseconds(operations[entry.first_operation].at) == entry.first_ns);
  }
}

TEST_CASE("asking for the index does not move the reader") {
  auto reader = TraceReader::open(forge::stream_of(trace_of_many_blocks()));
  REQUIRE(reader.ok());
  REQUIRE(reader->next().ok());
  REQUIRE(reader->index().ok());
  const auto read = forge::read(*reader);
  REQUIRE(read.ok());
  CHECK(*read == from(forge::all_kinds(), 1));
}

TEST_CASE("a damaged block is an error also for a reader that starts there") {
  std::string bytes = trace_of_many_blocks();
  auto reader = TraceReader::open(forge::stream_of(bytes));
  REQUIRE(reader.ok());
  const std::uint64_t offset = (*reader->index())[2].offset;
  bytes[offset + kFrameBytes] ^= 1;
  auto damaged = TraceReader::open(forge::stream_of(bytes));
  REQUIRE(damaged.ok());
  REQUIRE(damaged->seek(2).ok());
  CHECK_FALSE(damaged->next().ok());
}

TEST_CASE("a clone goes on from where its original stood, and neither moves the other") {
  const auto operations = forge::all_kinds();
  auto source = TraceSource::create(std::make_shared<const std::string>(trace_of_many_blocks()));
  REQUIRE(source.ok());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto clone = (*source)->clone();
    const auto clone_of_clone = clone->clone();
    REQUIRE(rest_of(*clone) == from(operations, i));
    REQUIRE(rest_of(*clone_of_clone) == from(operations, i));
    auto timed = (*source)->next();
    REQUIRE(timed.ok());
    REQUIRE(timed->has_value());
    CHECK(**timed == operations[i]);
  }
  CHECK(rest_of(*(*source)->clone()).empty());
}

TEST_CASE("a clone whose bytes cannot be opened again says so") {
  const auto bytes = std::make_shared<const std::string>(trace_of_many_blocks());
  int opened = 0;
  auto source = TraceSource::create([&]() -> Result<std::unique_ptr<std::istream>> {
    if (opened++ > 0) return Error{"guests.bin: gone"};
    return std::unique_ptr<std::istream>{std::make_unique<MemoryStream>(bytes)};
  });
  REQUIRE(source.ok());
  const auto clone = (*source)->clone();
  CHECK(clone->next().error().text == "guests.bin: gone");
  CHECK(clone->clone()->next().error().text == "guests.bin: gone");
  CHECK(rest_of(**source) == forge::all_kinds());
}
