// Traces for tests: good ones, and bad ones whose checksums are right.
#pragma once
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sim/input/operation.hpp"
#include "traces/bytes.hpp"
#include "traces/index.hpp"
#include "traces/memory_stream.hpp"
#include "traces/reader.hpp"
#include "traces/section.hpp"
#include "traces/string_output.hpp"
#include "traces/writer.hpp"

namespace ksmsim::traces::forge {

using Operations = std::vector<input::TimedOperation>;

inline std::unique_ptr<std::istream> stream_of(std::string bytes) {
  return std::make_unique<MemoryStream>(std::make_shared<const std::string>(std::move(bytes)));
}

// What a writer makes of the operations.
inline Result<std::string> write(const TraceHeader& header, const Operations& operations) {
  std::ostringstream out;
  auto writer = TraceWriter::create(out, header);
  if (!writer) return writer.error();
  for (const auto& timed : operations) {
    if (auto r = writer->add(timed); !r) return r.error();
  }
  if (auto r = writer->finish(); !r) return r.error();
  return out.str();
}

// All that a reader hands out.
inline Result<Operations> read(TraceReader& reader) {
  Operations operations;
  while (true) {
    auto timed = reader.next();
    if (!timed) return timed.error();
    if (!*timed) return operations;
    operations.push_back(**std::move(timed));
  }
}
inline Result<Operations> read(std::string bytes) {
  auto reader = TraceReader::open(stream_of(std::move(bytes)));
  if (!reader) return reader.error();
  return read(*reader);
}

// A zstd frame that holds the payload as it is: quicker than packing it.
// REQUIRES: at most 128 KiB, zstd's largest block.
inline std::string stored_payload(std::string_view payload, Frame& frame) {
  std::string bytes{"\x28\xb5\x2f\xfd\xa0"};  // Magic; a size of 4 bytes, no window, no checksum.
  put_number(bytes, static_cast<std::uint32_t>(payload.size()));
  const auto last_raw_block = static_cast<std::uint32_t>(payload.size() << 3 | 1);
  bytes.append(reinterpret_cast<const char*>(&last_raw_block), 3);
  bytes += payload;
  frame.unpacked_bytes = static_cast<std::uint32_t>(payload.size());
  frame.packed_bytes = static_cast<std::uint32_t>(bytes.size());
  frame.payload_hash = hash_bytes(bytes);
  return bytes;
}

// A file from its parts; every checksum, and the trailer, fit.
class File {
 public:
  File() : bytes_(kMagic) {
    put_number(bytes_, kVersion);
    put_number(bytes_, std::uint32_t{0});
  }
  std::size_t size() const { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }

  void section(Frame frame, std::string_view payload) {
    const std::string packed = stored_payload(payload, frame);
    bytes_ += frame_bytes(frame) + packed;
  }
  // The frame as it is, whatever the payload.
  void raw(const Frame& frame, std::string_view packed) {
    bytes_ += frame_bytes(frame);
    bytes_ += packed;
  }
  template <class T>
  void values(SectionKind kind, const T& value) {
    StringOutput output;
    output.save(value);
    section({.kind = kind}, output.bytes());
  }
  void header(const TraceHeader& header = {}) { values(SectionKind::header, header); }
  // A block of one operation at time 0, from the bytes of its kind and fields.
  void block(std::string_view operation) {
    std::string payload(1, '\1');
    put_number(payload, std::uint64_t{0});
    section({.kind = SectionKind::operations, .operations = 1}, payload.append(operation));
  }
  void index_and_trailer(const BlockIndex& index, std::uint64_t operations) {
    const std::uint64_t at = size();
    Frame frame{.kind = SectionKind::index};
    StringOutput output;
    output.save(index);
    section(frame, output.bytes());
    trailer(at, operations);
  }
  void trailer(std::uint64_t index_at, std::uint64_t operations) {
    std::string bytes{kTrailerMagic};
    put_number(bytes, index_at);
    put_number(bytes, operations);
    put_number(bytes, hash_bytes(bytes));
    bytes_ += bytes;
  }

 private:
  std::string bytes_;
};

// A header with something in every field.
inline TraceHeader full_header() {
  TraceHeader header;
  header.program = "ksmsim 0.1.0";
  header.host = "a host, \"quoted\" # and more";
  header.kernel = "Linux 6.18";
  header.hashing = "keyed";
  header.notes = "two\nlines\tand a \\ and \x01";
  header.guests = {{"g 1"}, {"g2"}};
  header.regions = {{0, "ram", PageIndex{100}, PageCount{50}},
                    {1, "rom # x", PageIndex{0}, PageCount{1}}};
  header.classes = {"unknown", "kernel text", "heap"};
  header.block_bytes = 200;
  return header;
}

// Every kind of operation, with every value of every switch, in an order that is possible.
inline Operations all_kinds() {
  using namespace input;
  const MmId a{0}, b{1}, c{2};
  const auto pages = [](MmId mm, std::uint64_t start, std::uint64_t count) {
    return PageRange{mm, PageIndex{start}, PageCount{count}};
  };
  const std::vector<Operation> list = {
      Begin{a, "a"},
      Begin{b, "b\"\\\x7f"},
      Map{pages(a, 0, 100), Mergeable::yes},
      Map{pages(a, kPageIndexEnd - 1, 1), Mergeable::no},
      Map{pages(b, 512, 1024), Mergeable::no},
      Advise{pages(b, 512, 10), Mergeable::yes},
      Advise{pages(b, 512, 5), Mergeable::no},
      OptIn{b, Switch::on},
      OptIn{b, Switch::off},
      Write{pages(a, 0, 10), {}, ClassId{0}},
      Write{pages(a, 0, 10), {.first = 7, .period = 1, .each = {}}, ClassId{1}},
      Write{
          pages(a, 0, 10), {.first = ~std::uint64_t{0} - 9, .period = 10, .each = {}}, ClassId{2}},
      Write{pages(a, 0, 10), {.first = 0, .period = 3, .each = {}}, ClassId{2}},
      Write{pages(a, 0, 2), {.first = 1, .period = 9, .each = {}}, ClassId{0}},
      Write{pages(a, 0, 1), {.first = 5, .period = 1, .each = {}}, ClassId{0}},
      Write{pages(a, 0, 1), {.first = 0, .period = 1, .each = {5}}, ClassId{1}},
      Write{pages(a, 1, 4),
            {.first = 0, .period = 1, .each = {0, ~std::uint64_t{0}, 1, 1}},
            ClassId{0}},
      Fork{a, c, "child"},
      Read{pages(c, 0, 10), 1},
      Read{pages(c, 5, 10), ~std::uint64_t{0}},
      Discard{pages(c, 3, 3)},
      SwapOut{pages(a, 1, 2)},
      SwapAll{},
      SwapIn{pages(a, 1, 1)},
      Huge{pages(b, 512, 512), Switch::on},
      Huge{pages(b, 512, 512), Switch::off},
      Collapse{pages(b, 512, 512)},
      Activity{b, "boot"},
      SetNode{pages(b, 512, 2), NumaNode{63}},
      Move{pages(b, 512, 2), NumaNode{1}},
      Pin{pages(a, 0, 1), Switch::on},
      Pin{pages(a, 0, 1), Switch::off},
      Observe{pages(a, 0, 3), Seen::merged},
      Observe{pages(a, 4, 3), Seen::swapped},
      SetKnob{"pages_to_scan", "100"},
      SetKnob{"", "two words # \n"},
      HostCounters{{{"pages_shared", 5}, {"a=b c", -1}, {"", 0}}},
      HostCounters{},
      Unmap{pages(a, 50, 10)},
      End{a},
      Begin{MmId{3}, "a"},
  };
  Operations operations;
  std::int64_t ns = 0;
  for (const Operation& operation : list) {
    operations.push_back({at_nanoseconds(ns), operation});
    ns = ns * 3 + (ns % 2 == 0 ? 1 : 1'000'000'000);
    if (ns > 1'000'000'000'000'000'000) ns = nanoseconds(operations.back().at);
  }
  return operations;
}

}  // namespace ksmsim::traces::forge
