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
  Space& pages = space(range.mm);
  for_blocks(range, [&](std::uint64_t number, std::uint64_t first, std::uint64_t last) {
    const auto [at, is_new] = pages.try_emplace(number);
    if (is_new) at->second.fill(kNothing);
    for (std::uint64_t i = first; i < last; ++i) {
      end(at->second[i], now);
      at->second[i] = now;
    }
  });
}

void LifeLog::give_back(const input::PageRange& range, std::uint32_t now) {
  Space& pages = space(range.mm);
  const std::uint64_t end_number = (range.end().value + mem::kBlockPages - 1) / mem::kBlockPages;
  for (auto at = pages.lower_bound(range.start.value / mem::kBlockPages);
       at != pages.end() && at->first < end_number; ++at) {
    const std::uint64_t base = at->first * mem::kBlockPages;
    const std::uint64_t first = std::max(range.start.value, base) - base;
    const std::uint64_t last = std::min(range.end().value, base + mem::kBlockPages) - base;
    for (std::uint64_t i = first; i < last; ++i) end(at->second[i], now);
  }
}

void LifeLog::record(Time at, const input::Operation& operation) {
  const std::uint32_t now = milliseconds(at);
  if (const auto* begin = std::get_if<input::Begin>(&operation)) {
    space(begin->mm).clear();
  } else if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    Space copy = space(fork->parent);
    space(fork->child) = std::move(copy);
  } else if (const auto* over = std::get_if<input::End>(&operation)) {
    forget(over->mm);
  } else if (const auto* written = std::get_if<input::Write>(&operation)) {
    write(written->range, now);
  } else if (const auto* discarded = std::get_if<input::Discard>(&operation)) {
    give_back(discarded->range, now);
  } else if (const auto* unmapped = std::get_if<input::Unmap>(&operation)) {
    give_back(unmapped->range, now);
  }
}

void LifeLog::forget(MmId mm) { space(mm).clear(); }

LifeLog::Space& LifeLog::space(MmId mm) {
  if (mm.value >= spaces_.size()) spaces_.resize(mm.value + std::size_t{1});
  return spaces_[mm.value];
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

}  // namespace ksmsim::host
