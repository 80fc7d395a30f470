// The journal of memory: five changes that everything else is made of. A watcher that only follows
// them knows at any moment what each site maps, what it holds, and whether it is mergeable.
//
// Not told, since it changes none of that: nodes, pins, huge pages, who is in the swap cache; and
// that a frame becomes a KSM page, which whoever does it knows.
//
// A watcher never changes memory. It belongs to one memory, not to its value: a copy has nobody who
// watches it, and one that is assigned to has nobody any more. The owner of a copy sets a watcher
// again, once that knows the state that was copied.
#pragma once
#include <cstdint>
#include <optional>

#include "sim/base/ids.hpp"
#include "sim/mem/address_space.hpp"
#include "sim/mem/frame.hpp"

namespace ksmsim::mem {

class Watcher {
 public:
  virtual ~Watcher() = default;

  // The site maps something from now on, whatever it mapped before: a page of its own, a frame, a
  // page of zeros, a slot of swap. `content` is what that holds; 0 of pages of zeros.
  virtual void on_map(SiteId, Mapping, std::uint64_t /*content*/) {}
  // The site maps nothing any more.
  virtual void on_unmap(SiteId) {}
  // The site's own page holds something else.
  virtual void on_write(SiteId, std::uint64_t /*content*/) {}
  // The site's page, with its content, is a frame that can be shared, or its own again (kOwnPage).
  virtual void on_convert(SiteId, Mapping) {}
  // Pages [start, end) lie in regions that are mergeable or not, or in none (nullopt).
  virtual void on_advise(MmId, PageIndex /*start*/, PageIndex /*end*/, std::optional<Mergeable>) {}
};

// Where a memory keeps its watcher: empty in a copy, whatever the original has.
class WatcherSlot {
 public:
  WatcherSlot() = default;
  WatcherSlot(const WatcherSlot&) noexcept {}
  WatcherSlot& operator=(const WatcherSlot& other) noexcept {
    if (this != &other) watcher_ = nullptr;
    return *this;
  }
  ~WatcherSlot() = default;

  void set(Watcher* watcher) { watcher_ = watcher; }
  explicit operator bool() const { return watcher_ != nullptr; }
  Watcher* operator->() const { return watcher_; }

 private:
  Watcher* watcher_ = nullptr;  // Lent by whoever set it.
};

}  // namespace ksmsim::mem
