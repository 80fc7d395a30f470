#include "traces/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/input/operation_checker.hpp"
#include "traces/bytes.hpp"
#include "traces/codec.hpp"
#include "traces/index.hpp"
#include "traces/section.hpp"
#include "traces/string_output.hpp"

namespace ksmsim::traces {

struct TraceWriter::State {
  State(std::ostream& stream, const TraceHeader& header)
      : out(stream), block_bytes(header.block_bytes), class_end(header.classes.size()) {}

  std::ostream& out;
  const std::uint32_t block_bytes;
  const std::size_t class_end;
  input::OperationChecker checker;
  OperationEncoder encoder;
  std::string payload;  // Of the block that is being filled.
  BlockEntry block;     // What the index will say of it.
  BlockIndex index;
  std::uint64_t offset = 0;      // Bytes written so far.
  std::uint64_t operations = 0;  // In all blocks and the one being filled.
  bool finished = false;

  Result<void> put(std::string_view bytes) {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out) return Error{fmt::format("byte {}: cannot be written", offset)};
    offset += bytes.size();
    return {};
  }
  static std::string section(Frame frame, std::string_view bytes) {
    const std::string packed = pack_payload(bytes, frame);
    return frame_bytes(frame) + packed;
  }
  template <class T>
  static Result<std::string> section_of(Frame frame, const T& values, const char* what) {
    StringOutput output;
    output.save(values);
    if (output.bytes().size() > kBlockBytesMax) {
      return Error{fmt::format("the {} takes {} bytes; at most {} fit", what, output.bytes().size(),
                               kBlockBytesMax)};
    }
    return section(frame, output.bytes());
  }
  Result<void> put_preamble() {
    std::string bytes{kMagic};
    put_number(bytes, kVersion);
    put_number(bytes, std::uint32_t{0});
    return put(bytes);
  }

  void begin_block(Time first, MmId next_mm) {
    payload.assign(1, kLittleEndianMark);
    block = {.offset = offset,
             .first_operation = operations,
             .operations = 0,
             .next_mm = next_mm.value,
             .first_ns = nanoseconds(first),
             .last_ns = nanoseconds(first)};
  }
  Result<void> end_block() {
    if (block.operations == 0) return {};
    Frame frame{.kind = SectionKind::operations,
                .operations = block.operations,
                .first_ns = block.first_ns,
                .last_ns = block.last_ns};
    if (auto r = put(section(frame, payload)); !r) return r;
    index.push_back(block);
    block.operations = 0;
    return {};
  }
  Result<void> add_one(const input::TimedOperation& timed);
  Result<std::string> ending() const;
};

Result<void> TraceWriter::State::add_one(const input::TimedOperation& timed) {
  const std::string& bytes = encoder.encode(timed.operation);
  const std::size_t size = sizeof(std::uint64_t) + bytes.size();
  if (size + 1 > kBlockBytesMax) {
    return Error{fmt::format("an operation of {} bytes; at most {} fit", size, kBlockBytesMax - 1)};
  }
  const MmId next_mm = checker.next_mm();
  if (auto r = checker.apply(timed); !r) return r;
  if (block.operations > 0 && payload.size() + size > block_bytes) {
    if (auto r = end_block(); !r) return r;
  }
  if (block.operations == 0) begin_block(timed.at, next_mm);
  put_number(payload, static_cast<std::uint64_t>(nanoseconds(timed.at) - block.last_ns));
  payload += bytes;
  block.last_ns = nanoseconds(timed.at);
  ++block.operations;
  ++operations;
  return {};
}

TraceWriter::TraceWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TraceWriter::TraceWriter(TraceWriter&&) noexcept = default;
TraceWriter& TraceWriter::operator=(TraceWriter&&) noexcept = default;
TraceWriter::~TraceWriter() = default;

Result<TraceWriter> TraceWriter::create(std::ostream& out, const TraceHeader& header) {
  if (auto r = check_header(header); !r) return r.error();
  auto state = std::make_unique<State>(out, header);
  if (auto r = state->put_preamble(); !r) return r.error();
  const auto section = State::section_of({.kind = SectionKind::header}, header, "header");
  if (!section) return section.error();
  if (auto r = state->put(*section); !r) return r.error();
  return TraceWriter{std::move(state)};
}

Result<void> TraceWriter::add(const input::TimedOperation& timed) {
  KSM_CHECK(!state_->finished);
  if (auto r = check_time(timed.at); !r) return r;
  if (auto r = check_form(timed.operation, state_->class_end); !r) return r;
  const auto* write = std::get_if<input::Write>(&timed.operation);
  if (write == nullptr || write->contents.each.size() <= kListMax) return state_->add_one(timed);
  if (auto r = state_->checker.apply(timed); !r) return r;  // All of it, before a part is added.
  const auto& each = write->contents.each;
  for (std::uint64_t done = 0; done < each.size();) {
    const std::uint64_t count = std::min<std::uint64_t>(kListMax, each.size() - done);
    input::Write part{
        .range = {write->range.mm, write->range.start + PageCount{done}, PageCount{count}},
        .contents = {},
        .page_class = write->page_class};
    const auto from = each.begin() + static_cast<std::ptrdiff_t>(done);
    part.contents.each.assign(from, from + static_cast<std::ptrdiff_t>(count));
    if (auto r = state_->add_one({timed.at, std::move(part)}); !r) return r;
    done += count;
  }
  return {};
}

Result<std::string> TraceWriter::State::ending() const {
  KSM_CHECK(block.operations == 0);
  Frame frame{.kind = SectionKind::index};
  if (!index.empty()) {
    frame.first_ns = index.front().first_ns;
    frame.last_ns = index.back().last_ns;
  }
  auto bytes = section_of(frame, index, "index");
  if (!bytes) return bytes.error();
  std::string trailer{kTrailerMagic};
  put_number(trailer, offset);
  put_number(trailer, operations);
  put_number(trailer, hash_bytes(trailer));
  return *bytes + trailer;
}

Result<void> TraceWriter::end_block() {
  KSM_CHECK(!state_->finished);
  return state_->end_block();
}

Result<std::string> TraceWriter::ending() const {
  KSM_CHECK(!state_->finished);
  return state_->ending();
}

Result<void> TraceWriter::finish() {
  if (auto r = end_block(); !r) return r;
  State& s = *state_;
  const auto ending = s.ending();
  if (!ending) return ending.error();
  s.finished = true;
  if (auto r = s.put(*ending); !r) return r;
  s.out.flush();
  if (!s.out) return Error{fmt::format("byte {}: cannot be written", s.offset)};
  return {};
}

}  // namespace ksmsim::traces
