// What holds for ranges of pages: disjoint extents [start, end) with a value each, in order.
// Invariants: extents are not empty, ascend, do not overlap; neighbours that touch have different
// values. Values are small and compare.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"

namespace ksmsim {

template <class Value>
class ExtentMap {
 public:
  struct Extent {
    PageIndex start, end;
    Value value;
  };

  bool empty() const { return extents_.empty(); }
  const std::vector<Extent>& extents() const { return extents_; }

  // Gives every page of [start, end) the value. REQUIRES: start < end.
  void set(PageIndex start, PageIndex end, Value value) {
    auto at = cut(start, end);
    at = extents_.insert(at, {start, end, value});
    // Neighbours that touch it and have the same value become one extent with it.
    if (auto next = at + 1; next != extents_.end() && next->start == end && next->value == value) {
      at->end = next->end;
      at = extents_.erase(next) - 1;
    }
    if (at != extents_.begin()) {
      auto before = at - 1;
      if (before->end == at->start && before->value == value) {
        before->end = at->end;
        extents_.erase(at);
      }
    }
  }

  // Takes [start, end) out. REQUIRES: start < end.
  void clear(PageIndex start, PageIndex end) { cut(start, end); }

  // The extent that holds the page, or the first one behind it, or the end.
  typename std::vector<Extent>::const_iterator at_or_after(PageIndex page) const {
    return std::partition_point(extents_.begin(), extents_.end(),
                                [page](const Extent& e) { return e.end <= page; });
  }
  // The value of a page, or nullptr.
  const Value* find(PageIndex page) const {
    auto at = at_or_after(page);
    return at != extents_.end() && at->start <= page ? &at->value : nullptr;
  }
  // Whether every page of [start, end) is in some extent.
  bool covers(PageIndex start, PageIndex end) const {
    for (auto at = at_or_after(start); at != extents_.end() && at->start <= start; ++at) {
      start = at->end;
      if (start >= end) return true;
    }
    return false;
  }
  // Whether some page of [start, end) is in an extent.
  bool touches(PageIndex start, PageIndex end) const {
    auto at = at_or_after(start);
    return at != extents_.end() && at->start < end;
  }

 private:
  // Removes [start, end), splitting what sticks out; returns the place where it was.
  typename std::vector<Extent>::iterator cut(PageIndex start, PageIndex end) {
    auto at = std::partition_point(extents_.begin(), extents_.end(),
                                   [start](const Extent& e) { return e.end <= start; });
    if (at == extents_.end() || at->start >= end) return at;
    if (at->start < start) {
      const Extent right{start, at->end, at->value};
      at->end = start;
      at = extents_.insert(at + 1, right);
    }
    auto last = at;
    while (last != extents_.end() && last->end <= end) ++last;
    if (last != extents_.end() && last->start < end) last->start = end;
    return extents_.erase(at, last);
  }

  std::vector<Extent> extents_;
};

}  // namespace ksmsim
