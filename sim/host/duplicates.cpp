#include "sim/host/duplicates.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "sim/base/mix.hpp"
#include "sim/host/why_not.hpp"

namespace ksmsim::host {
namespace {

using results::Detail;
using results::DuplicateRow;

struct Page {
  std::uint64_t content;
  SiteId site;
};

std::size_t index(results::WhyNot why) { return static_cast<std::size_t>(why); }
std::size_t index(Detail detail) { return static_cast<std::size_t>(detail); }

// Rows by number, made as they are needed.
class Rows {
 public:
  DuplicateRow& operator[](std::uint32_t number) {
    if (number >= rows_.size()) rows_.resize(number + std::size_t{1});
    return rows_[number];
  }
  // Those that have something, with their numbers.
  std::vector<DuplicateRow> take() {
    for (std::size_t n = 0; n < rows_.size(); ++n) rows_[n].number = static_cast<std::uint32_t>(n);
    std::erase_if(
        rows_, [](const DuplicateRow& r) { return r.present_pages == 0 && r.swapped_pages == 0; });
    return std::move(rows_);
  }

 private:
  std::vector<DuplicateRow> rows_;
};

class Finder {
 public:
  explicit Finder(const Machine& machine) : machine_(machine), memory_(machine.memory()) {}

  results::Duplicates find() {
    found_.possible_pages = memory_.totals().ksm_zero_pages;
    collect();
    sort(pages_);
    sort(swapped_);
    for (std::size_t first = 0; first < pages_.size();) {
      std::size_t end = first;
      while (end < pages_.size() && pages_[end].content == pages_[first].content) ++end;
      if (end - first > 1) add_group(std::span(pages_).subspan(first, end - first));
      first = end;
    }
    add_swapped();
    found_.classes = classes_.take();
    found_.guests = guests_.take();
    return std::move(found_);
  }

 private:
  // Does something to both rows that a site belongs to.
  template <class F>
  void for_rows(SiteId site, F&& f) {
    f(classes_[memory_.class_of(site).value]);
    f(guests_[memory_.mm_of(site).value]);
  }
  void collect();
  void collect(SiteId site);
  void sort(std::vector<Page>& pages) const;
  void add_group(std::span<const Page> group);
  void add_saved(std::span<const Page> group, std::uint64_t draw);
  void add_swapped();
  // Whether page i of a group is physically the one before it.
  bool is_shared(std::span<const Page> group, std::size_t i) const {
    const mem::Mapping mapped = memory_.mapping(group[i].site);
    return mem::is_frame(mapped) && mapped == memory_.mapping(group[i - 1].site);
  }

  const Machine& machine_;
  const mem::HostMemory& memory_;
  std::vector<Page> pages_, swapped_;
  results::Duplicates found_;
  Rows classes_, guests_;
};

void Finder::collect() {
  for (std::uint32_t m = 0; m < memory_.spaces(); ++m) {
    for (const mem::BlockRef& ref : memory_.space(MmId{m}).blocks) {
      for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
        collect(SiteId{ref.block * mem::kBlockPages + i});
      }
    }
  }
}

void Finder::collect(SiteId site) {
  if (!memory_.has_page(site)) {
    const mem::Mapping special = memory_.mapping(site);
    if (special == mem::kSwapped) swapped_.push_back({memory_.swapped_content(site), site});
    if (special != mem::kKsmZeroPage) return;
    for_rows(site, [](DuplicateRow& row) {
      ++row.present_pages;
      ++row.saved_pages;
    });
    return;
  }
  pages_.push_back({memory_.content(site), site});
  const bool mergeable = memory_.is_mergeable(site);
  const bool restless =
      mergeable && !memory_.is_ksm(site) && detail_of(machine_, site) == Detail::restless;
  for_rows(site, [&](DuplicateRow& row) {
    ++row.present_pages;
    if (!mergeable) ++row.unregistered_pages;
    if (restless) ++row.restless_pages;
  });
}

void Finder::sort(std::vector<Page>& pages) const {
  std::sort(pages.begin(), pages.end(), [this](const Page& a, const Page& b) {
    if (a.content != b.content) return a.content < b.content;
    const mem::Mapping of_a = memory_.mapping(a.site);
    const mem::Mapping of_b = memory_.mapping(b.site);
    return of_a != of_b ? of_a < of_b : a.site < b.site;
  });
}

void Finder::add_group(std::span<const Page> group) {
  const std::uint64_t draw = mix64(group.front().content);
  found_.possible_pages += static_cast<std::int64_t>(group.size()) - 1;
  std::vector<SiteId> frames{group.front().site};
  for (std::size_t i = 1; i < group.size(); ++i) {
    if (!is_shared(group, i)) {
      frames.push_back(group[i].site);
    } else if (!memory_.is_ksm(group[i].site)) {
      --found_.possible_pages;  // Forks share the rest of an ordinary frame without KSM.
    }
  }
  add_saved(group, draw);
  for (const Verdict& verdict : judge_group(machine_, frames, draw)) {
    ++found_.unmerged_pages[index(verdict.why)];
    for_rows(verdict.site, [&](DuplicateRow& row) {
      ++row.unmerged_pages[index(verdict.why)];
      if (verdict.detail) ++row.detail_pages[index(*verdict.detail)];
    });
  }
}

// Of the sites of a KSM page all but one are saved.
void Finder::add_saved(std::span<const Page> group, std::uint64_t draw) {
  for (std::size_t first = 0; first < group.size();) {
    std::size_t end = first + 1;
    while (end < group.size() && is_shared(group, end)) ++end;
    const std::size_t stays = first + draw % (end - first);
    for (std::size_t i = first; i < end && memory_.is_ksm(group[first].site); ++i) {
      if (i != stays) for_rows(group[i].site, [](DuplicateRow& row) { ++row.saved_pages; });
    }
    first = end;
  }
}

// Pages in swap that hold what a present page, or another page in swap, holds.
void Finder::add_swapped() {
  auto present = pages_.begin();
  for (std::size_t i = 0; i < swapped_.size(); ++i) {
    const std::uint64_t content = swapped_[i].content;
    while (present != pages_.end() && present->content < content) ++present;
    const bool equal = (present != pages_.end() && present->content == content) ||
                       (i > 0 && swapped_[i - 1].content == content) ||
                       (i + 1 < swapped_.size() && swapped_[i + 1].content == content);
    if (equal) for_rows(swapped_[i].site, [](DuplicateRow& row) { ++row.swapped_pages; });
  }
}

}  // namespace

results::Duplicates find_duplicates(const Machine& machine, const std::vector<std::string>& names) {
  results::Duplicates found = Finder(machine).find();
  for (results::DuplicateRow& row : found.guests) {
    if (row.number < names.size()) row.name = names[row.number];
  }
  return found;
}

}  // namespace ksmsim::host
