#include "traces/summary.hpp"

#include <algorithm>
#include <array>

#include "traces/text.hpp"

namespace ksmsim::traces {
namespace {

using namespace input;

class Counting {
 public:
  explicit Counting(std::size_t classes) { summary_.class_pages.resize(classes); }

  void add(const Operation& operation) {
    KindSummary& kind = kinds_[operation.index()];
    kind.verb = verb_of(operation);
    ++kind.operations;
    std::visit(
        [&](const auto& op) {
          if constexpr (requires { op.range; }) kind.pages += op.range.count.value;
          count(op);
        },
        operation);
    summary_.mapped_pages_most = std::max(summary_.mapped_pages_most, mapped_);
  }
  TraceSummary finish(const Good& good) {
    summary_.good = good;
    for (KindSummary& kind : kinds_) {
      if (kind.operations > 0) summary_.kinds.push_back(std::move(kind));
    }
    return std::move(summary_);
  }

 private:
  void count(const Begin&) { ++summary_.address_spaces; }
  void count(const Fork& op) {
    ++summary_.address_spaces;
    grow(op.child, pages_[op.parent]);
  }
  void count(const End& op) {
    mapped_ -= pages_[op.mm];
    pages_.erase(op.mm);
  }
  void count(const Map& op) { grow(op.range.mm, op.range.count.value); }
  void count(const Unmap& op) {
    pages_[op.range.mm] -= op.range.count.value;
    mapped_ -= op.range.count.value;
  }
  void count(const Write& op) {
    summary_.class_pages[op.page_class.value] += op.range.count.value;
    const Contents& c = op.contents;
    if (!c.each.empty()) {
      summary_.zero_pages_written +=
          static_cast<std::uint64_t>(std::count(c.each.begin(), c.each.end(), std::uint64_t{0}));
    } else if (c.first == 0) {
      summary_.zero_pages_written += (op.range.count.value - 1) / c.period + 1;
    }
  }
  template <class Other>
  void count(const Other&) {}

  void grow(MmId mm, std::uint64_t pages) {
    pages_[mm] += pages;
    mapped_ += pages;
  }

  TraceSummary summary_;
  std::array<KindSummary, std::variant_size_v<Operation>> kinds_;
  std::map<MmId, std::uint64_t> pages_;  // Mapped, by living address space.
  std::uint64_t mapped_ = 0;
};

}  // namespace

Result<TraceSummary> summarise(TraceReader& reader) {
  Counting counting{reader.header().classes.size()};
  while (true) {
    auto timed = reader.next();
    if (!timed) return timed.error();
    if (!*timed) return counting.finish(reader.good());
    counting.add((*timed)->operation);
  }
}

}  // namespace ksmsim::traces
