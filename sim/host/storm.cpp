#include "sim/host/storm.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace ksmsim::host {
namespace {

// One site of a merged page.
struct Part {
  mem::Mapping page;  // The frame, or kKsmZeroPage.
  ClassId page_class;
  MmId mm;
};

std::vector<Part> merged_parts(const mem::HostMemory& memory) {
  std::vector<Part> parts;
  for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
    for (const mem::BlockRef& ref : memory.space(MmId{m}).blocks) {
      for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
        const SiteId site{ref.block * mem::kBlockPages + i};
        const mem::Mapping page = memory.mapping(site);
        const bool merged =
            page == mem::kKsmZeroPage || (mem::is_frame(page) && memory.is_ksm(site));
        if (merged) parts.push_back({page, memory.class_of(site), MmId{m}});
      }
    }
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tie(a.page, a.page_class, a.mm) < std::tie(b.page, b.page_class, b.mm);
  });
  return parts;
}

using Guests = std::set<MmId>;

// Adds up, page by page.
class Counting {
 public:
  // All sites of one page, in the order of their classes.
  void add(std::span<const Part> sites) {
    const bool zeros = sites.front().page == mem::kKsmZeroPage;
    if (sites.size() == 1 && !zeros) return;  // Nobody else has it any more.
    Guests all;
    for (std::size_t first = 0; first < sites.size();) {
      std::size_t end = first;
      while (end < sites.size() && sites[end].page_class == sites[first].page_class) ++end;
      auto& [pages, guests] = classes_[sites[first].page_class];
      pages += static_cast<std::int64_t>(end - first);
      if (end - first == sites.size() && !zeros) --pages;
      for (std::size_t i = first; i < end; ++i) {
        guests.insert(sites[i].mm);
        all.insert(sites[i].mm);
      }
      first = end;
    }
    const auto pages = static_cast<std::int64_t>(sites.size()) - (zeros ? 0 : 1);
    groups_[std::move(all)] += pages;
    saved_ += pages;
  }

  results::Storm take(const std::vector<std::string>& names) const {
    results::Storm storm;
    storm.saved_pages = saved_;
    for (const auto& [page_class, found] : classes_) {
      storm.classes.push_back({page_class.value, {}, named(found.second, names), found.first});
    }
    for (const auto& [guests, pages] : groups_) {
      storm.groups.push_back({0, {}, named(guests, names), pages});
    }
    for (auto* blasts : {&storm.classes, &storm.groups}) {
      std::stable_sort(
          blasts->begin(), blasts->end(),
          [](const results::Blast& a, const results::Blast& b) { return a.pages > b.pages; });
      if (blasts->size() > results::kBlastsMax) blasts->resize(results::kBlastsMax);
    }
    return storm;
  }

 private:
  static std::vector<std::string> named(const Guests& guests,
                                        const std::vector<std::string>& names) {
    std::vector<std::string> list;
    for (MmId mm : guests) list.push_back(names[mm.value]);
    return list;
  }

  std::map<ClassId, std::pair<std::int64_t, Guests>> classes_;
  std::map<Guests, std::int64_t> groups_;
  std::int64_t saved_ = 0;
};

}  // namespace

results::Storm find_storm(const Machine& machine, const std::vector<std::string>& names) {
  const std::vector<Part> parts = merged_parts(machine.memory());
  Counting counting;
  for (std::size_t first = 0; first < parts.size();) {
    std::size_t end = first;
    while (end < parts.size() && parts[end].page == parts[first].page) ++end;
    counting.add(std::span(parts).subspan(first, end - first));
    first = end;
  }
  return counting.take(names);
}

}  // namespace ksmsim::host
