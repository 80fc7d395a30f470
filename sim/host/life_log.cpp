#include "sim/host/life_log.hpp"

#include <algorithm>
#include <utility>

namespace ksmsim::host {
namespace {

std::uint32_t milliseconds(Time at) {
  constexpr std::int64_t kMost = ~std::uint32_t{0} - std::int64_t{1};  // 49 days.
  return static_cast<std::uint32_t>(std::min(nanoseconds(at) / 1'000'000, kMost));
}

// Calls f(number of the block, first, end) for the part of each block that the range has.
template <class F>
void for_blocks(const input::PageRange& range, F&& f) {
  std::uint64_t page = range.start.value;
  while (page < range.end().value) {
    const std::uint64_t number = page / mem::kBlockPages;
    const std::uint64_t end = std::min(range.end().value, (number + 1) * mem::kBlockPages);
    f(number, page % mem::kBlockPages, page % mem::kBlockPages + (end - page));
    page = end;
  }
}

}  // namespace

void LifeLog::end(std::uint32_t& born, std::uint32_t now) {
  if (born == kNothing) return;
  ended_.add(now - born, 1);
  born = kNothing;
}

void LifeLog::write(const input::PageRange& range, std::uint32_t now) {
  Space& space = spaces_[range.mm.value];
  for_blocks(range, [&](std::uint64_t number, std::uint64_t first, std::uint64_t last) {
    const auto [at, is_new] = space.try_emplace(number);
    if (is_new) at->second.fill(kNothing);
    for (std::uint64_t i = first; i < last; ++i) {
      end(at->second[i], now);
      at->second[i] = now;
    }
  });
}

void LifeLog::give_back(const input::PageRange& range, std::uint32_t now) {
  Space& space = spaces_[range.mm.value];
  const std::uint64_t end_number = (range.end().value + mem::kBlockPages - 1) / mem::kBlockPages;
  for (auto at = space.lower_bound(range.start.value / mem::kBlockPages);
       at != space.end() && at->first < end_number; ++at) {
    const std::uint64_t base = at->first * mem::kBlockPages;
    const std::uint64_t first = std::max(range.start.value, base) - base;
    const std::uint64_t last = std::min(range.end().value, base + mem::kBlockPages) - base;
    for (std::uint64_t i = first; i < last; ++i) end(at->second[i], now);
  }
}

void LifeLog::record(const input::TimedOperation& op) {
  const std::uint32_t now = milliseconds(op.at);
  if (std::holds_alternative<input::Begin>(op.operation)) {
    spaces_.emplace_back();
  } else if (const auto* fork = std::get_if<input::Fork>(&op.operation)) {
    Space copy = spaces_[fork->parent.value];
    spaces_.push_back(std::move(copy));
  } else if (const auto* over = std::get_if<input::End>(&op.operation)) {
    spaces_[over->mm.value].clear();
  } else if (const auto* written = std::get_if<input::Write>(&op.operation)) {
    write(written->range, now);
  } else if (const auto* discarded = std::get_if<input::Discard>(&op.operation)) {
    give_back(discarded->range, now);
  } else if (const auto* unmapped = std::get_if<input::Unmap>(&op.operation)) {
    give_back(unmapped->range, now);
  }
}

results::ContentLives LifeLog::lives(Time now) const {
  results::ContentLives found{ended_, {}};
  const std::uint32_t at = milliseconds(now);
  for (const Space& space : spaces_) {
    for (const auto& [number, block] : space) {
      for (std::uint32_t born : block) {
        if (born != kNothing) found.standing.add(at - born, 1);
      }
    }
  }
  return found;
}

Result<std::optional<input::TimedOperation>> RecordingSource::next() {
  if (last_) log_->record(*last_);
  last_.reset();
  auto next = source_->next();
  if (next && *next) last_ = **next;
  return next;
}

std::unique_ptr<input::OpSource> RecordingSource::clone() const {
  auto copy = std::make_unique<RecordingSource>(source_->clone(), std::make_shared<LifeLog>(*log_));
  copy->last_ = last_;
  return copy;
}

}  // namespace ksmsim::host
