// Puts the operations of an import in order of time and hands them on. Changes of single pages are
// kept small and become writes and discards of ranges only when they leave.
//
// Guests are named by their place in the data set; they get the numbers of address spaces in the
// order in which they leave the queue, as operations demand.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/input/operation.hpp"
#include "traces/looks/sink.hpp"

namespace ksmsim::traces::looks {

class OperationQueue {
 public:
  // A page that is written, or no longer present.
  struct Change {
    enum class Kind : std::uint8_t { write, discard };
    Time at;
    PageIndex page;
    std::uint64_t content = 0;
    std::uint32_t guest = 0;
    ClassId page_class;
    Kind kind = Kind::write;
  };

  // Operations after `until` are dropped.
  OperationQueue(Sink sink, Time until) : sink_(std::move(sink)), until_(until) {}

  // Adds an operation in which guests stand in for address spaces. At one time knobs come first,
  // then what begins, is mapped, has its node, changes, is otherwise done to pages, is unmapped,
  // ends; counters last; else as added.
  void add(Time at, input::Operation operation);
  void add(const Change& change) { changes_.push_back(change); }
  // Hands on everything up to this time. Nothing earlier may be added afterwards.
  Result<void> flush(Time upto);

  std::uint64_t handed_on() const { return handed_on_; }
  // Changes that wait.
  std::size_t waiting() const { return changes_.size(); }
  // A time at or before which half of them are. REQUIRES: one waits.
  Time middle() const;

 private:
  struct Single {
    Time at;
    int rank = 0;
    input::Operation operation;
  };

  Result<void> hand_on(Time at, input::Operation operation);
  // Hands on the change at `at` and those that make one range with it; returns the one after them.
  Result<std::size_t> hand_on_changes(std::size_t at);

  Sink sink_;
  Time until_;
  std::vector<Single> singles_;
  std::vector<Change> changes_;
  std::vector<MmId> mm_of_;  // By guest.
  std::uint32_t begun_ = 0;
  std::uint64_t handed_on_ = 0;
};

}  // namespace ksmsim::traces::looks
