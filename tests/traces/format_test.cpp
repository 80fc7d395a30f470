#include <catch2/catch.hpp>
#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>
#include <set>
#include <sstream>

#include "tests/traces/forge.hpp"
#include "traces/codec.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::input;

namespace {

// The payloads of all blocks, unpacked.
std::vector<std::pair<Frame, std::string>> blocks_of(const std::string& bytes) {
  auto reader = TraceReader::open(forge::stream_of(bytes));
  REQUIRE(reader.ok());
  const auto index = reader->index();
  REQUIRE(index.ok());
  std::vector<std::pair<Frame, std::string>> blocks;
  for (const BlockEntry& entry : *index) {
    const std::string_view at = std::string_view{bytes}.substr(entry.offset);
    const Frame frame = *parse_frame(at.substr(0, kFrameBytes));
    blocks.emplace_back(frame, *unpack_payload(at.substr(kFrameBytes, frame.packed_bytes), frame));
  }
  return blocks;
}

}  // namespace

TEST_CASE("every kind of operation comes back as it was written") {
  const auto operations = forge::all_kinds();
  std::set<std::size_t> kinds;
  for (const auto& timed : operations) kinds.insert(timed.operation.index());
  REQUIRE(kinds.size() == std::variant_size_v<Operation>);
  const auto bytes = forge::write(forge::full_header(), operations);
  REQUIRE(bytes.ok());
  const auto read = forge::read(*bytes);
  REQUIRE(read.ok());
  CHECK(*read == operations);
}

TEST_CASE("a header comes back as it was written") {
  const auto bytes = forge::write(forge::full_header(), {});
  REQUIRE(bytes.ok());
  auto reader = TraceReader::open(forge::stream_of(*bytes));
  REQUIRE(reader.ok());
  CHECK(reader->header() == forge::full_header());
  CHECK(forge::read(*reader)->empty());
}

TEST_CASE("the numbers of the kinds are what the format says") {
  // docs/trace-format.md lists them; a change here is another format.
  OperationEncoder encoder;
  CHECK(encoder.encode(Begin{MmId{1}, "x"}) == std::string("\0\1\0\0\0\1\0\0\0\0\0\0\0x", 14));
  CHECK(encoder.encode(End{MmId{7}}) == std::string("\2\7\0\0\0", 5));
  CHECK(encoder.encode(SwapAll{}) == "\x0b");
  CHECK(encoder.encode(HostCounters{}) == std::string("\x13\0\0\0\0\0\0\0\0", 9));
}

TEST_CASE("a block's payload is what cereal's portable binary archive reads") {
  const auto bytes = forge::write(forge::full_header(), forge::all_kinds());
  REQUIRE(bytes.ok());
  forge::Operations operations;
  for (const auto& [frame, payload] : blocks_of(*bytes)) {
    std::istringstream stream{payload};
    cereal::PortableBinaryInputArchive archive{stream};
    std::int64_t now = frame.first_ns;
    for (std::uint32_t i = 0; i < frame.operations; ++i) {
      std::uint64_t delta = 0;
      std::uint8_t kind = 0;
      archive(delta, kind);
      now += static_cast<std::int64_t>(delta);
      const auto load = [&]<std::size_t... kinds>(std::index_sequence<kinds...>) {
        Operation operation;
        ((kinds == kind ? archive(operation.emplace<kinds>()) : archive), ...);
        return operation;
      };
      operations.push_back(
          {at_nanoseconds(now), load(std::make_index_sequence<std::variant_size_v<Operation>>())});
    }
    CHECK(stream.peek() == std::istream::traits_type::eof());
  }
  CHECK(operations == forge::all_kinds());
}

TEST_CASE("a write of more than a million listed pages becomes writes of consecutive ranges") {
  const std::uint64_t pages = kListMax * 2 + 3;
  Write write{{MmId{0}, PageIndex{10}, PageCount{pages}}, {}, ClassId{}};
  for (std::uint64_t i = 0; i < pages; ++i) write.contents.each.push_back(i * 3);
  const auto bytes = forge::write(
      {}, {{kStart, Begin{MmId{0}, "a"}}, {kStart, Map{write.range}}, {at_nanoseconds(5), write}});
  REQUIRE(bytes.ok());
  const auto read = forge::read(*bytes);
  REQUIRE(read.ok());
  REQUIRE(read->size() == 5);
  std::vector<std::uint64_t> joined;
  PageIndex next{10};
  for (std::size_t i = 2; i < 5; ++i) {
    const auto& part = std::get<Write>((*read)[i].operation);
    CHECK((*read)[i].at == at_nanoseconds(5));
    CHECK(part.range.start == next);
    CHECK(part.contents.each.size() == part.range.count.value);
    next = part.range.end();
    joined.insert(joined.end(), part.contents.each.begin(), part.contents.each.end());
  }
  CHECK(joined == write.contents.each);
  for (const auto& [frame, payload] : blocks_of(*bytes)) CHECK(payload.size() <= kBlockBytesMax);
}

TEST_CASE("blocks keep to the size that the header says") {
  auto header = forge::full_header();
  header.block_bytes = 100;
  const auto bytes = forge::write(header, forge::all_kinds());
  REQUIRE(bytes.ok());
  const auto blocks = blocks_of(*bytes);
  CHECK(blocks.size() > 10);
  for (const auto& [frame, payload] : blocks) {
    CHECK((payload.size() <= 100 || frame.operations == 1));
  }
}

TEST_CASE("the writer refuses what is not possible, and goes on without it") {
  std::ostringstream out;
  auto writer = TraceWriter::create(out, {});
  REQUIRE(writer.ok());
  const PageRange range{MmId{0}, PageIndex{0}, PageCount{4}};
  REQUIRE(writer->add({at_nanoseconds(5), Begin{MmId{0}, "a"}}).ok());
  CHECK_FALSE(writer->add({at_nanoseconds(4), Map{range}}).ok());
  CHECK_FALSE(writer->add({at_nanoseconds(5), Discard{range}}).ok());
  CHECK_FALSE(writer->add({kNever, Map{range}}).ok());
  REQUIRE(writer->add({at_nanoseconds(5), Map{range}}).ok());
  CHECK_FALSE(writer->add({at_nanoseconds(5), Write{range, {}, ClassId{1}}}).ok());
  CHECK_FALSE(
      writer->add({at_nanoseconds(5), Write{range, {.first = 1, .each = {1, 2, 3, 4}}, {}}}).ok());
  CHECK_FALSE(writer->add({at_nanoseconds(5), Read{range, 0}}).ok());
  CHECK_FALSE(writer->add({at_nanoseconds(5), Move{range, NumaNode{64}}}).ok());
  CHECK_FALSE(writer->add({at_nanoseconds(5), Pin{range, Switch{2}}}).ok());
  CHECK_FALSE(
      writer->add({at_nanoseconds(5), SetKnob{"run", std::string(kBlockBytesMax, 'x')}}).ok());
  REQUIRE(writer->finish().ok());
  const auto read = forge::read(out.str());
  REQUIRE(read.ok());
  CHECK(read->size() == 2);
}

TEST_CASE("a header that says nonsense is refused by the writer") {
  const auto refused = [](auto change) {
    auto header = forge::full_header();
    change(header);
    return !forge::write(header, {}).ok();
  };
  CHECK(refused([](TraceHeader& h) { h.page_bytes = 16384; }));
  CHECK(refused([](TraceHeader& h) { h.time_unit_ns = 1000; }));
  CHECK(refused([](TraceHeader& h) { h.block_bytes = 0; }));
  CHECK(refused([](TraceHeader& h) { h.block_bytes = kBlockBytesMax + 1; }));
  CHECK(refused([](TraceHeader& h) { h.classes.clear(); }));
  CHECK(refused([](TraceHeader& h) { h.classes[0] = "heap"; }));
  CHECK(refused([](TraceHeader& h) { h.classes[2] = "kernel text"; }));
  CHECK(refused([](TraceHeader& h) { h.classes[2] = ""; }));
  CHECK(refused([](TraceHeader& h) { h.regions[0].guest = 2; }));
  CHECK(refused([](TraceHeader& h) { h.regions[0].count = PageCount{0}; }));
  CHECK(refused([](TraceHeader& h) { h.regions[0].start = PageIndex{kPageIndexEnd - 49}; }));
  CHECK_FALSE(refused([](TraceHeader& h) { h.regions[0].start = PageIndex{kPageIndexEnd - 50}; }));
}
