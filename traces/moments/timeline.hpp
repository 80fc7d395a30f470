// Puts what guests did in order of time and hands it on as operations. Changes of single pages (24
// bytes each) go to a temporary file when they are many, and become writes and discards of ranges
// only when they leave; so memory does not grow with guests' memory.
//
// Guests are numbered by the caller, below kGuestsMax; address spaces get their numbers in the
// order in which they begin, as operations demand.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/input/operation.hpp"
#include "traces/looks/sink.hpp"
#include "traces/moments/external_sorter.hpp"

namespace ksmsim::traces::moments {

using looks::Sink;
// Told how many pages of how many are handed on.
using HandedOn = std::function<void(std::uint64_t pages, std::uint64_t all)>;

inline constexpr std::uint32_t kGuestsMax = 4096;

// Pages of a guest.
struct Range {
  PageIndex start;
  PageCount count;

  PageIndex end() const { return start + count; }
  bool operator==(const Range&) const = default;
};

class Timeline {
 public:
  Timeline(OpenTemp open, std::size_t memory_bytes) : changes_(std::move(open), memory_bytes) {}

  // At one time guests begin first, then ranges are mapped, pages change, ranges are unmapped.
  void begin(Time at, std::uint32_t guest, const std::string& name);
  void map(Time at, std::uint32_t guest, const Range& range);
  void unmap(Time at, std::uint32_t guest, const Range& range);

  struct Change {
    Time at;
    std::uint32_t guest = 0;
    PageIndex page;
    std::uint64_t content = 0;  // kNoContent: the page is discarded.
    ClassId page_class;
  };
  // REQUIRES: a page changes at most once at one time.
  Result<void> change(const Change& change);

  // Hands on everything, once.
  Result<void> hand_on(const Sink& sink, const HandedOn& handed_on);
  std::uint64_t operations() const { return operations_; }

 private:
  struct Single {
    Time at;
    int rank = 0;
    input::Operation operation;
  };
  // Guest, page and class share a word: 12, 36 and 16 bits.
  struct Record {
    std::int64_t at_ns = 0;
    std::uint64_t where = 0;
    std::uint64_t content = 0;
    auto operator<=>(const Record&) const = default;
  };
  // Pages that follow one another and change alike.
  struct Group {
    Record first;
    std::vector<std::uint64_t> contents;
  };

  static Change unpacked(const Record& record);
  static bool belongs(const Group& group, const Record& record);
  Result<void> give(const Sink& sink, Time at, input::Operation operation);
  Result<void> give_group(const Sink& sink);
  Result<void> give_write(const Sink& sink, std::size_t begin, std::size_t end);

  std::vector<Single> singles_;
  ExternalSorter<Record> changes_;
  Group group_;
  std::vector<MmId> mm_of_;  // By guest.
  std::uint32_t begun_ = 0;
  std::uint64_t operations_ = 0;
};

}  // namespace ksmsim::traces::moments
