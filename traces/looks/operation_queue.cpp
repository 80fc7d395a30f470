#include "traces/looks/operation_queue.hpp"

#include <algorithm>
#include <tuple>

#include "sim/input/guest_of.hpp"

namespace ksmsim::traces::looks {
namespace {

using Change = OperationQueue::Change;

// Longer ranges become several writes, so that an operation stays small.
constexpr std::size_t kPagesAtOnce = 65536;

constexpr int kRankOfChanges = 4;

int rank_of(const input::Operation& operation) {
  if (std::holds_alternative<input::SetKnob>(operation)) return 0;
  if (std::holds_alternative<input::Begin>(operation)) return 1;
  if (std::holds_alternative<input::Map>(operation)) return 2;
  if (std::holds_alternative<input::SetNode>(operation)) return 3;
  if (std::holds_alternative<input::Unmap>(operation)) return 6;
  if (std::holds_alternative<input::End>(operation)) return 7;
  if (std::holds_alternative<input::HostCounters>(operation)) return 8;
  return 5;
}

bool before(const Change& a, const Change& b) {
  return std::tie(a.at, a.guest, a.page) < std::tie(b.at, b.guest, b.page);
}

// Whether b, which is `pages` behind a, belongs to the range that begins with a.
bool belongs(const Change& a, const Change& b, std::size_t pages) {
  return a.at == b.at && a.guest == b.guest && a.kind == b.kind && a.page_class == b.page_class &&
         b.page == a.page + PageCount{pages} && pages < kPagesAtOnce;
}

input::Contents contents_of(const Change* first, std::size_t pages) {
  input::Contents contents;
  const bool alike = std::all_of(first, first + pages, [first](const Change& change) {
    return change.content == first->content;
  });
  if (alike) {
    contents.first = first->content;
  } else {
    for (std::size_t i = 0; i < pages; ++i) contents.each.push_back(first[i].content);
  }
  return contents;
}

}  // namespace

void OperationQueue::add(Time at, input::Operation operation) {
  const int rank = rank_of(operation);
  singles_.push_back({at, rank, std::move(operation)});
}

Result<void> OperationQueue::hand_on(Time at, input::Operation operation) {
  if (MmId* mm = input::mm_in(operation)) {
    if (mm->value >= mm_of_.size()) mm_of_.resize(mm->value + 1);
    if (std::holds_alternative<input::Begin>(operation)) mm_of_[mm->value] = MmId{begun_++};
    *mm = mm_of_[mm->value];
  }
  ++handed_on_;
  return sink_({at, std::move(operation)});
}

Result<std::size_t> OperationQueue::hand_on_changes(std::size_t at) {
  const Change& first = changes_[at];
  std::size_t end = at + 1;
  while (end < changes_.size() && belongs(first, changes_[end], end - at)) ++end;
  const input::PageRange range{MmId{first.guest}, first.page, PageCount{end - at}};
  if (first.kind == Change::Kind::discard) {
    if (auto r = hand_on(first.at, input::Discard{range}); !r) return r.error();
  } else {
    input::Write write{range, contents_of(&first, end - at), first.page_class};
    if (auto r = hand_on(first.at, std::move(write)); !r) return r.error();
  }
  return end;
}

Time OperationQueue::middle() const {
  std::vector<Time> times;
  times.reserve(changes_.size());
  for (const Change& change : changes_) times.push_back(change.at);
  const auto half = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 2);
  std::nth_element(times.begin(), half, times.end());
  return *half;
}

Result<void> OperationQueue::flush(Time upto) {
  std::stable_sort(singles_.begin(), singles_.end(), [](const Single& a, const Single& b) {
    return std::tie(a.at, a.rank) < std::tie(b.at, b.rank);
  });
  std::stable_sort(changes_.begin(), changes_.end(), before);
  const Time last = std::min(upto, until_);
  std::size_t single = 0, change = 0;
  while (true) {
    const bool singles = single < singles_.size() && singles_[single].at <= last;
    const bool changes = change < changes_.size() && changes_[change].at <= last;
    if (!singles && !changes) break;
    const bool single_first =
        singles && (!changes || std::tie(singles_[single].at, singles_[single].rank) <
                                    std::tie(changes_[change].at, kRankOfChanges));
    if (single_first) {
      auto& next = singles_[single++];
      if (auto r = hand_on(next.at, std::move(next.operation)); !r) return r;
    } else {
      const auto end = hand_on_changes(change);
      if (!end) return end.error();
      change = *end;
    }
  }
  singles_.erase(singles_.begin(), singles_.begin() + static_cast<std::ptrdiff_t>(single));
  changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(change));
  return {};
}

}  // namespace ksmsim::traces::looks
