#include "sim/host/duplicates.hpp"

#include <algorithm>
#include <cstdint>

#include "sim/base/mix.hpp"
#include "sim/host/content_groups.hpp"
#include "sim/host/why_not.hpp"

namespace ksmsim::host {
namespace {

using results::Detail;
using results::DuplicateRow;

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

  results::Duplicates find(std::size_t bucket) {
    found_.possible_pages = memory_.totals().ksm_zero_pages;
    count_sites();
    ContentGroups(memory_, ContentGroups::Of::all_sites, bucket)
        .walk([this](const ContentGroup& group) { add_group(group); });
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
  void count_sites();
  void count(SiteId site);
  void add_group(const ContentGroup& group);
  void add_saved(const ContentGroup& group, std::uint64_t draw);

  const Machine& machine_;
  const mem::HostMemory& memory_;
  results::Duplicates found_;
  Rows classes_, guests_;
};

// What is told of every site, whoever holds the same.
void Finder::count_sites() {
  for (std::uint32_t m = 0; m < memory_.spaces(); ++m) {
    for (const mem::BlockRef& ref : memory_.space(MmId{m}).blocks) {
      for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
        count(SiteId{ref.block * mem::kBlockPages + i});
      }
    }
  }
}

void Finder::count(SiteId site) {
  if (!memory_.has_page(site)) {
    if (memory_.mapping(site) != mem::kKsmZeroPage) return;
    for_rows(site, [](DuplicateRow& row) {
      ++row.present_pages;
      ++row.saved_pages;
    });
    return;
  }
  const bool mergeable = memory_.is_mergeable(site);
  const bool restless =
      mergeable && !memory_.is_ksm(site) && detail_of(machine_, site) == Detail::restless;
  for_rows(site, [&](DuplicateRow& row) {
    ++row.present_pages;
    if (!mergeable) ++row.unregistered_pages;
    if (restless) ++row.restless_pages;
  });
}

void Finder::add_group(const ContentGroup& group) {
  std::int64_t present = 0;
  std::int64_t pages = 0;
  std::int64_t by_fork = 0;  // Forks share the rest of an ordinary frame without KSM.
  mem::Mapping last = mem::kAbsent;
  group.for_each_site([&](SiteId site, mem::Mapping mapped) {
    if (mapped == mem::kSwapped) {
      return for_rows(site, [](DuplicateRow& row) { ++row.swapped_pages; });
    }
    ++present;
    if (!mem::is_frame(mapped) || mapped != last) {
      ++pages;
    } else if (!memory_.is_ksm(site)) {
      ++by_fork;
    }
    last = mapped;
  });
  if (present < 2) return;
  found_.possible_pages += present - 1 - by_fork;
  const std::uint64_t draw = mix64(group.content());
  add_saved(group, draw);
  if (pages < 2) return;
  judge_group(machine_, group, draw, [this](const Verdict& verdict) {
    ++found_.unmerged_pages[index(verdict.why)];
    for_rows(verdict.site, [&](DuplicateRow& row) {
      ++row.unmerged_pages[index(verdict.why)];
      if (verdict.detail) ++row.detail_pages[index(*verdict.detail)];
    });
  });
}

// Of the sites of a KSM page all but one are saved.
void Finder::add_saved(const ContentGroup& group, std::uint64_t draw) {
  mem::Mapping last = mem::kAbsent;
  std::uint64_t number = 0;  // Of the site, among those of its page.
  group.for_each_site([&](SiteId site, mem::Mapping mapped) {
    if (!mem::is_frame(mapped) || !memory_.is_ksm(site)) return;
    number = mapped == last ? number + 1 : 0;
    last = mapped;
    if (number == draw % memory_.frame(mapped).mappings) return;
    for_rows(site, [](DuplicateRow& row) { ++row.saved_pages; });
  });
}

}  // namespace

results::Duplicates find_duplicates(const Machine& machine, const std::vector<std::string>& names) {
  return find_duplicates(machine, names, ContentGroups::bucket_for(machine.memory()));
}

results::Duplicates find_duplicates(const Machine& machine, const std::vector<std::string>& names,
                                    std::size_t bucket) {
  results::Duplicates found = Finder(machine).find(bucket);
  for (results::DuplicateRow& row : found.guests) {
    if (row.number < names.size()) row.name = names[row.number];
  }
  return found;
}

}  // namespace ksmsim::host
