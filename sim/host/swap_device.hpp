// A swap device that takes its time: pages are written one after the other, in the order in which
// they were given, each for as long. A page stays in the swap cache until it is written; a fault
// finds it there, and a KSM page keeps its stable node.
//
// Units: nanoseconds of virtual time. A value.
#pragma once
#include <algorithm>
#include <deque>

#include "sim/base/time.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::host {

class SwapDevice {
 public:
  // `page_time`: how long one page takes; 0: written when the write returns (a RAM disk, zram).
  explicit SwapDevice(Duration page_time) : page_time_(page_time) {}

  bool at_once() const { return page_time_ == Duration::zero(); }
  // Queues a page. Returns whether the queue was empty.
  bool add(Time now, mem::LeavingPage page) {
    free_at_ = std::max(free_at_, now) + page_time_;
    queue_.push_back({free_at_, page});
    return queue_.size() == 1;
  }
  // When the next page is written; kNever: none is queued.
  Time next_time() const { return queue_.empty() ? kNever : queue_.front().at; }
  // REQUIRES: a page is queued.
  mem::LeavingPage pop() {
    const mem::LeavingPage page = queue_.front().page;
    queue_.pop_front();
    return page;
  }

 private:
  struct Writing {
    Time at;
    mem::LeavingPage page;
  };
  Duration page_time_;
  Time free_at_ = kStart;
  std::deque<Writing> queue_;
};

}  // namespace ksmsim::host
