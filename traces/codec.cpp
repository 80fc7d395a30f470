#include "traces/codec.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "traces/format.hpp"

namespace ksmsim::traces {
namespace {

using input::Operation;
using Load = void (*)(BoundedInput&, Operation&);
constexpr std::size_t kKinds = std::variant_size_v<Operation>;
static_assert(kKinds <= 256, "a kind is one byte");

template <std::size_t kind>
void load_kind(BoundedInput& in, Operation& operation) {
  in(operation.emplace<kind>());
}
template <std::size_t... kinds>
constexpr std::array<Load, kKinds> loads(std::index_sequence<kinds...>) {
  return {load_kind<kinds>...};
}
constexpr std::array<Load, kKinds> kLoads = loads(std::make_index_sequence<kKinds>());

// All enumerations of operations have two values.
template <class Enum>
Result<void> two_values(Enum value) {
  const auto number = static_cast<unsigned>(value);
  if (number < 2) return {};
  return Error{fmt::format("a switch has the value {}, not 0 or 1", number)};
}

Result<void> good_range(const input::PageRange& range) {
  if (range.count.value == 0) return Error{"a range of no pages"};
  if (range.start.value >= kPageIndexEnd || range.count.value > kPageIndexEnd - range.start.value) {
    return Error{fmt::format("pages {} + {} end beyond page {}", range.start.value,
                             range.count.value, kPageIndexEnd)};
  }
  return {};
}

Result<void> good_contents(const input::Contents& contents, std::uint64_t count) {
  if (contents.period == 0) return Error{"contents repeat after 0 pages, not 1 or more"};
  if (contents.each.empty()) return {};
  if (contents.each.size() != count) {
    return Error{fmt::format("a list of {} contents for {} pages", contents.each.size(), count)};
  }
  if (contents.first != 0 || contents.period != 1) {
    return Error{"listed contents beside a first content or a period (these are 0 and 1 then)"};
  }
  return {};
}

}  // namespace

Result<void> check_time(Time at) {
  if (at >= kStart && at < kNever) return {};
  return Error{
      fmt::format("a time of {} ns, not 0 to {}", nanoseconds(at), nanoseconds(kNever) - 1)};
}

Result<void> check_form(const Operation& operation, std::size_t class_end) {
  return std::visit(
      [class_end](const auto& op) -> Result<void> {
        if constexpr (requires { op.range; }) {
          if (auto r = good_range(op.range); !r) return r;
        }
        if constexpr (requires { op.mergeable; }) return two_values(op.mergeable);
        if constexpr (requires { op.merge_any; }) return two_values(op.merge_any);
        if constexpr (requires { op.huge; }) return two_values(op.huge);
        if constexpr (requires { op.pinned; }) return two_values(op.pinned);
        if constexpr (requires { op.seen; }) return two_values(op.seen);
        if constexpr (requires { op.node; }) {
          if (op.node.value >= kNodeEnd) {
            return Error{fmt::format("node {} is not below {}", op.node.value, kNodeEnd)};
          }
        }
        if constexpr (requires { op.times; }) {
          if (op.times == 0) return Error{"a page is read 0 times, not 1 or more"};
        }
        if constexpr (requires { op.contents; }) {
          if (op.page_class.value >= class_end) {
            return Error{fmt::format("class {}, where the header names {} classes",
                                     op.page_class.value, class_end)};
          }
          return good_contents(op.contents, op.range.count.value);
        }
        return {};
      },
      operation);
}

const std::string& OperationEncoder::encode(const Operation& operation) {
  output_.bytes().clear();
  output_.save(static_cast<std::uint8_t>(operation.index()));
  std::visit([this](const auto& op) { output_.save(op); }, operation);
  return output_.bytes();
}

BlockDecoder::BlockDecoder(std::shared_ptr<const std::string> payload, Time first,
                           std::uint32_t operations, std::size_t class_end)
    : payload_(std::move(payload)),
      input_(*payload_),
      now_(first),
      operations_(operations),
      left_(operations),
      class_end_(class_end) {}

std::unique_ptr<BlockDecoder> BlockDecoder::clone() const {
  auto copy = std::make_unique<BlockDecoder>(payload_, now_, operations_, class_end_);
  copy->left_ = left_;
  copy->input_.skip(input_.position());
  return copy;
}

std::unique_ptr<BlockDecoder> BlockDecoder::rest() const {
  constexpr std::size_t kLarge = std::size_t{1} << 19;
  if (input_.position() < kLarge || input_.left() > input_.position()) return nullptr;
  auto left = std::make_shared<const std::string>(*payload_, input_.position());
  auto copy = std::make_unique<BlockDecoder>(std::move(left), now_, operations_, class_end_);
  copy->left_ = left_;
  return copy;
}

Error BlockDecoder::damaged(std::size_t at, const std::string& what) const {
  return {fmt::format("operation {} of the block (byte {} of it unpacked): {}", operations_ - left_,
                      at, what)};
}

Result<input::TimedOperation> BlockDecoder::next() {
  KSM_CHECK(!at_end());
  if (left_ == operations_ && input_.position() == 0) {
    std::uint8_t mark = 0;
    input_(mark);
    if (mark != kLittleEndianMark) return damaged(0, "numbers that are not little-endian");
  }
  const std::size_t at = input_.position();
  std::uint64_t delta = 0;
  std::uint8_t kind = 0;
  input_(delta, kind);
  if (kind >= kKinds) {
    return damaged(at, fmt::format("unknown kind of operation {}; this program knows 0 to {}", kind,
                                   kKinds - 1));
  }
  input::TimedOperation timed;
  kLoads[kind](input_, timed.operation);
  if (!input_.ok()) return damaged(at, "it claims more bytes than are left");
  if (delta >= static_cast<std::uint64_t>((kNever - now_).count())) {
    return damaged(at, "a time too large for 63 bits");
  }
  timed.at = now_ += Duration{static_cast<std::int64_t>(delta)};
  if (auto r = check_form(timed.operation, class_end_); !r) return damaged(at, r.error().text);
  --left_;
  return timed;
}

Result<void> BlockDecoder::check_end() const {
  if (input_.left() == 0) return {};
  return Error{fmt::format("{} bytes are left over behind the {} operations of the block",
                           input_.left(), operations_)};
}

}  // namespace ksmsim::traces
