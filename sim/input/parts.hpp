// A large operation in parts, for whoever wants to look in between: writes, reads and what else
// brings pages, cut where blocks of 512 pages begin. Others are one part.
//
// The parts, carried out one after the other, do what the whole does.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "sim/input/operation.hpp"

namespace ksmsim::input {

class Parts {
 public:
  static constexpr std::uint64_t kPages = 512;

  explicit Parts(Operation operation) : whole_(std::move(operation)) {}

  // The next part, or nothing.
  std::optional<Operation> next() {
    return std::visit([this](const auto& op) { return next_of(op); }, whole_);
  }

 private:
  template <class Op>
  std::optional<Operation> next_of(const Op& op) {
    if constexpr (is_cut<Op>) {
      if (done_ == op.range.count.value) return std::nullopt;
      const std::uint64_t start = op.range.start.value + done_;
      const std::uint64_t count = std::min(op.range.count.value - done_, kPages - start % kPages);
      Op part = cut(op, {op.range.mm, PageIndex{start}, PageCount{count}});
      done_ += count;
      return part;
    } else {
      if (std::exchange(done_, 1) > 0) return std::nullopt;
      return op;
    }
  }
  template <class Op>
  Op cut(const Op& op, PageRange range) const {
    if constexpr (std::is_same_v<Op, Write>) {
      Write part{range, {}, op.page_class};
      part.contents.each.reserve(range.count.value);
      for (std::uint64_t i = 0; i < range.count.value; ++i) {
        part.contents.each.push_back(op.contents.of(done_ + i));
      }
      return part;
    } else {
      Op part = op;
      part.range = range;
      return part;
    }
  }
  template <class Op>
  static constexpr bool is_cut =
      std::is_same_v<Op, Write> || std::is_same_v<Op, Read> || std::is_same_v<Op, SwapIn> ||
      std::is_same_v<Op, Pin> || std::is_same_v<Op, Huge> || std::is_same_v<Op, Collapse>;

  Operation whole_;
  std::uint64_t done_ = 0;  // Pages; of an operation that is not cut: whether it was returned.
};

}  // namespace ksmsim::input
