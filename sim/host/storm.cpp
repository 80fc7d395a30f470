#include "sim/host/storm.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "sim/host/content_groups.hpp"
#include "sim/host/guest_groups.hpp"

namespace ksmsim::host {
namespace {

// Who maps one merged page: sites by class and guest.
struct Sharers {
  std::map<std::pair<ClassId, MmId>, std::int64_t> sites;
  std::int64_t all = 0;
  bool zeros = false;  // It is the page of zeros, put there by KSM.

  void add(ClassId page_class, MmId mm) {
    ++sites[{page_class, mm}];
    ++all;
  }
  // Pages it takes if these many sites of it are written.
  std::int64_t taken(std::int64_t written) const {
    return written == all && !zeros ? written - 1 : written;
  }
};
using VisitSharers = std::function<void(const Sharers&)>;

// All sites to which KSM gave the page of zeros.
Sharers zeros_in(const mem::HostMemory& memory) {
  Sharers sharers;
  sharers.zeros = true;
  if (memory.totals().ksm_zero_pages == 0) return sharers;
  for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
    if (memory.space(MmId{m}).ksm_zero_pages == 0) continue;
    for (const mem::BlockRef& ref : memory.space(MmId{m}).blocks) {
      for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
        const SiteId site{ref.block * mem::kBlockPages + i};
        if (memory.mapping(site) != mem::kKsmZeroPage) continue;
        sharers.add(memory.class_of(site), MmId{m});
      }
    }
  }
  return sharers;
}

// Each page that several sites map merged.
void for_each_merged_page(const mem::HostMemory& memory, std::size_t bucket,
                          const VisitSharers& visit) {
  const Sharers zeros = zeros_in(memory);
  if (zeros.all > 0) visit(zeros);
  ContentGroups groups(memory, ContentGroups::Of::ksm_pages, bucket);
  groups.walk([&](const ContentGroup& group) {
    Sharers sharers;
    mem::Mapping last = mem::kAbsent;
    const auto end_of_page = [&] {
      if (sharers.all > 1) visit(sharers);  // Otherwise nobody else has it any more.
      sharers = {};
    };
    group.for_each_site([&](SiteId site, mem::Mapping mapped) {
      if (mapped != last) end_of_page();
      last = mapped;
      sharers.add(memory.class_of(site), memory.mm_of(site));
    });
    end_of_page();
  });
}

// Adds up by class, page by page.
class ClassBlasts {
 public:
  void add(const Sharers& page) {
    for (auto at = page.sites.begin(); at != page.sites.end();) {
      const ClassId page_class = at->first.first;
      auto& [pages, guests] = classes_[page_class];
      std::int64_t written = 0;
      for (; at != page.sites.end() && at->first.first == page_class; ++at) {
        written += at->second;
        guests.add(at->first.second);
      }
      pages += page.taken(written);
    }
  }
  std::vector<results::Blast> largest(const std::vector<std::string>& names) const {
    std::vector<results::Blast> blasts;
    for (const auto& [page_class, found] : classes_) {
      blasts.push_back({page_class.value, {}, found.second.named(names), found.first});
    }
    std::stable_sort(
        blasts.begin(), blasts.end(),
        [](const results::Blast& a, const results::Blast& b) { return a.pages > b.pages; });
    if (blasts.size() > results::kBlastsMax) blasts.resize(results::kBlastsMax);
    return blasts;
  }

 private:
  std::map<ClassId, std::pair<std::int64_t, Guests>> classes_;
};

Guests guests_of(const Sharers& page) {
  Guests guests;
  for (const auto& [key, sites] : page.sites) guests.add(key.second);
  return guests;
}

}  // namespace

results::Storm find_storm(const Machine& machine, const std::vector<std::string>& names) {
  return find_storm(machine, names, ContentGroups::bucket_for(machine.memory()));
}

results::Storm find_storm(const Machine& machine, const std::vector<std::string>& names,
                          std::size_t bucket) {
  const mem::HostMemory& memory = machine.memory();
  results::Storm storm;
  ClassBlasts classes;
  LargestGuestGroups groups(results::kBlastsMax, bucket);
  bool first_time = true;
  do {
    for_each_merged_page(memory, bucket, [&](const Sharers& page) {
      const std::int64_t taken = page.taken(page.all);
      groups.add(guests_of(page), taken);
      if (!first_time) return;
      classes.add(page);
      storm.saved_pages += taken;
    });
    first_time = false;
  } while (groups.goes_on());
  storm.classes = classes.largest(names);
  for (const auto& [guests, pages] : groups.largest()) {
    storm.groups.push_back({0, {}, guests.named(names), pages});
  }
  return storm;
}

}  // namespace ksmsim::host
