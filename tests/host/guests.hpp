// Short words for operations of small guests, for tests of what carries them out. Pages are
// numbers; times are milliseconds, or nanoseconds where a name says so.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/host/run.hpp"
#include "sim/input/op_list.hpp"

namespace ksmsim::host::guests {

inline Time ms(std::int64_t n) { return kStart + std::chrono::milliseconds(n); }

inline input::PageRange range(std::uint32_t mm, std::uint64_t start, std::uint64_t count) {
  return {MmId{mm}, PageIndex{start}, PageCount{count}};
}
inline input::Begin begin(std::uint32_t mm) { return {MmId{mm}, "g" + std::to_string(mm)}; }
inline input::Fork fork(std::uint32_t parent, std::uint32_t child) {
  return {MmId{parent}, MmId{child}, "g" + std::to_string(child)};
}
inline input::End end(std::uint32_t mm) { return {MmId{mm}}; }
inline input::Map map(input::PageRange r, input::Mergeable m = input::Mergeable::yes) {
  return {r, m};
}
// Page i of the range holds `first` + i.
inline input::Write write_unequal(input::PageRange r, std::uint64_t first) {
  return {r, {.first = first, .period = r.count.value, .each = {}}, {}};
}
inline input::Write write_equal(input::PageRange r, std::uint64_t content) {
  return {r, {.first = content, .period = 1, .each = {}}, {}};
}

// Operations in order of time.
class Operations {
 public:
  Operations& at(Time time, input::Operation operation) {
    list_.push_back({time, std::move(operation)});
    return *this;
  }
  Operations& knob(Time time, std::string name, std::string value) {
    return at(time, input::SetKnob{std::move(name), std::move(value)});
  }
  std::unique_ptr<input::OpSource> source() const {
    return std::make_unique<input::OpList>(
        std::make_shared<const input::OpList::Operations>(list_));
  }
  Time last() const { return list_.empty() ? kStart : list_.back().at; }

 private:
  input::OpList::Operations list_;
};

// A guest of unequal pages at time 0.
inline Operations guest_of(std::uint64_t pages) {
  Operations operations;
  operations.at(kStart, begin(0))
      .at(kStart, map(range(0, 0, pages)))
      .at(kStart, write_unequal(range(0, 0, pages), 1));
  return operations;
}

// A visit lasts a millisecond and nothing else takes time, so that page i of the first batch is
// visited at i ms; with ticks of 4 ms.
inline RunOptions visits_of_1_ms() {
  RunOptions options;
  options.host.prices = {.visits = 1'000'000'000};
  options.end_at = EndAt::time;
  options.until = ms(1000);
  return options;
}

}  // namespace ksmsim::host::guests
