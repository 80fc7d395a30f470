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
  Result<void> put_section(Frame frame, std::string_view bytes) {
    const std::string packed = pack_payload(bytes, frame);
    if (auto r = put(frame_bytes(frame)); !r) return r;
    return put(packed);
  }
  template <class T>
  Result<void> put_values(Frame frame, const T& values, const char* what) {
    StringOutput output;
    output.save(values);
    if (output.bytes().size() > kBlockBytesMax) {
      return Error{fmt::format("the {} takes {} bytes; at most {} fit", what, output.bytes().size(),
                               kBlockBytesMax)};
    }
    return put_section(frame, output.bytes());
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
    if (auto r = put_section(frame, payload); !r) return r;
    index.push_back(block);
    block.operations = 0;
    return {};
  }
  Result<void> add_one(const input::TimedOperation& timed);
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
  if (auto r = state->put_values({.kind = SectionKind::header}, header, "header"); !r) {
    return r.error();
  }
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

Result<void> TraceWriter::finish() {
  KSM_CHECK(!state_->finished);
  State& s = *state_;
  s.finished = true;
  if (auto r = s.end_block(); !r) return r;
  const std::uint64_t index_at = s.offset;
  Frame frame{.kind = SectionKind::index};
  if (!s.index.empty()) {
    frame.first_ns = s.index.front().first_ns;
    frame.last_ns = s.index.back().last_ns;
  }
  if (auto r = s.put_values(frame, s.index, "index"); !r) return r;
  std::string trailer{kTrailerMagic};
  put_number(trailer, index_at);
  put_number(trailer, s.operations);
  put_number(trailer, hash_bytes(trailer));
  if (auto r = s.put(trailer); !r) return r;
  s.out.flush();
  if (!s.out) return Error{fmt::format("byte {}: cannot be written", s.offset)};
  return {};
}

}  // namespace ksmsim::traces
