#include "sim/host/content_groups.hpp"

#include <algorithm>
#include <tuple>

#include "sim/base/mix.hpp"

namespace ksmsim::host {

std::size_t ContentGroups::bucket_for(const mem::HostMemory& memory) {
  return std::max<std::size_t>(kBucketMin, memory.used_slots() / 8);
}

// Calls f(site, mapped, content) for every site that is looked at. Those that have a page come in
// order, and those in swap do.
template <class F>
void ContentGroups::sweep(F&& f) const {
  const bool ksm_only = of_ == Of::ksm_pages;
  const bool swap = !ksm_only && memory_.totals().swapped_sites > 0;
  for (std::uint32_t b = 0; b < memory_.site_slots() / mem::kBlockPages; ++b) {
    const mem::Block& block = memory_.block(b);
    if (block.used == 0) continue;
    const std::uint32_t first = b * mem::kBlockPages;
    for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
      const SiteId site{first + i};
      if (block.own.test(i)) {
        if (!ksm_only) f(site, mem::kOwnPage, memory_.content(site));
      } else if (block.anonymous.test(i)) {
        const mem::Mapping frame = memory_.mapped_page(site);
        const mem::Frame& page = memory_.frame(frame);
        if (!ksm_only || page.is_ksm()) f(site, frame, page.content);
      } else if (swap && memory_.mapping(site) == mem::kSwapped) {
        f(site, mem::kSwapped, memory_.swapped_content(site));
      }
    }
  }
}

void ContentGroups::walk(const Range& range, const Visit& visit) {
  const std::vector<Cell> cells = count(range);
  std::uint64_t all = 0;
  for (const Cell& cell : cells) all += cell.sites;
  keys_.reserve(std::min<std::uint64_t>(all, bucket_));  // Once: what grows is there twice.
  for (std::size_t first = 0; first < kCells;) {
    const Cell& cell = cells[first];
    if (cell.sites > bucket_) {
      if (cell.mixed) {
        walk(range.sub(first), visit);
      } else {
        visit(ContentGroup(*this, cell.content, cell.sites, {}));
      }
      ++first;
      continue;
    }
    std::size_t end = first;
    std::uint64_t sites = 0;
    while (end < kCells && sites + cells[end].sites <= bucket_) sites += cells[end++].sites;
    if (sites > 1) {
      collect(range, first, end);
      visit_collected(visit);
    }
    first = end;
  }
}

std::vector<ContentGroups::Cell> ContentGroups::count(const Range& range) const {
  std::vector<Cell> cells(kCells);
  sweep([&](SiteId, mem::Mapping, std::uint64_t content) {
    const std::uint64_t hash = mix64(content);
    if (!range.has(hash)) return;
    Cell& cell = cells[range.cell(hash)];
    if (cell.sites++ == 0) cell.content = content;
    cell.mixed |= cell.content != content;
  });
  return cells;
}

// Fills keys_ with the cells [first_cell, end_cell).
void ContentGroups::collect(const Range& range, std::size_t first_cell, std::size_t end_cell) {
  constexpr std::uint64_t kUpper = ~std::uint64_t{0} << 32;
  keys_.clear();
  sweep([&](SiteId site, mem::Mapping, std::uint64_t content) {
    const std::uint64_t hash = mix64(content);
    const std::size_t cell = range.cell(hash);
    if (cell < first_cell || cell >= end_cell || !range.has(hash)) return;
    keys_.push_back(((hash << range.bits) & kUpper) | site.value);
  });
}

void ContentGroups::visit_collected(const Visit& visit) {
  std::sort(keys_.begin(), keys_.end());
  for (std::size_t first = 0; first < keys_.size();) {
    std::size_t end = first + 1;
    while (end < keys_.size() && keys_[end] >> 32 == keys_[first] >> 32) ++end;
    if (end - first > 1) visit_equal_hashes(std::span(keys_).subspan(first, end - first), visit);
    first = end;
  }
  keys_.clear();
}

// Hashes that begin alike may be of different contents, if seldom.
void ContentGroups::visit_equal_hashes(std::span<std::uint64_t> keys, const Visit& visit) {
  const auto before = [this](std::uint64_t a, std::uint64_t b) {
    const SiteId x = site_in(a);
    const SiteId y = site_in(b);
    return std::tuple(content(x), mapped(x), x) < std::tuple(content(y), mapped(y), y);
  };
  if (!std::is_sorted(keys.begin(), keys.end(), before)) {
    std::sort(keys.begin(), keys.end(), before);
  }
  for (std::size_t first = 0; first < keys.size();) {
    const std::uint64_t held = content(site_in(keys[first]));
    std::size_t end = first + 1;
    while (end < keys.size() && content(site_in(keys[end])) == held) ++end;
    if (end - first > 1) {
      visit(ContentGroup(*this, held, end - first, keys.subspan(first, end - first)));
    }
    first = end;
  }
}

// ---------------------------------------------------------------- groups larger than a bucket

void ContentGroups::read_off(std::uint64_t content, const VisitSite& visit) {
  for (const mem::Mapping wanted : {mem::kSwapped, mem::kOwnPage}) {
    if (of_ == Of::ksm_pages) break;
    sweep([&](SiteId site, mem::Mapping mapped, std::uint64_t held) {
      if (mapped == wanted && held == content) visit(site, mapped);
    });
  }
  for (std::uint32_t from = mem::kFirstFrame; from < memory_.frame_slots();) {
    const Frames frames = next_frames(content, from);
    if (frames.sites > 0) read_off(content, frames, visit);
    from = frames.end;
  }
}

// As many frames from `from` on as a bucket has room for their sites, or the first alone.
ContentGroups::Frames ContentGroups::next_frames(std::uint64_t content, std::uint32_t from) const {
  Frames frames{from, from};
  for (; frames.end < memory_.frame_slots(); ++frames.end) {
    const mem::Frame& frame = memory_.frame(FrameId{frames.end});
    if (frame.content != content || (of_ == Of::ksm_pages && !frame.is_ksm())) continue;
    if (frames.sites > 0 && frames.sites + frame.mappings > bucket_) break;
    frames.sites += frame.mappings;
  }
  return frames;
}

void ContentGroups::read_off(std::uint64_t content, const Frames& frames, const VisitSite& visit) {
  const auto sweep_frames = [&](auto&& f) {
    sweep([&](SiteId site, mem::Mapping mapped, std::uint64_t held) {
      const bool in = mapped.value >= frames.first && mapped.value < frames.end;
      if (in && held == content) f(site, mapped);
    });
  };
  if (frames.sites > bucket_) return sweep_frames(visit);
  keys_.clear();
  sweep_frames([&](SiteId site, mem::Mapping mapped) {
    keys_.push_back(std::uint64_t{mapped.value} << 32 | site.value);
  });
  std::sort(keys_.begin(), keys_.end());
  for (const std::uint64_t key : keys_) {
    visit(site_in(key), mem::Mapping{static_cast<std::uint32_t>(key >> 32)});
  }
  keys_.clear();
}

}  // namespace ksmsim::host
