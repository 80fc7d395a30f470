#include "sim/host/content_groups.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/host/storm.hpp"
#include "tests/host/random_host.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

using Site = std::pair<mem::Mapping, SiteId>;
using Groups = std::map<std::uint64_t, std::vector<Site>>;

// The dull way: everything at once.
Groups dull_groups(const mem::HostMemory& memory, ContentGroups::Of of) {
  Groups groups;
  for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
    for (const mem::BlockRef& ref : memory.space(MmId{m}).blocks) {
      for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
        const SiteId site{ref.block * mem::kBlockPages + i};
        const mem::Mapping mapped = memory.mapping(site);
        if (of == ContentGroups::Of::ksm_pages && !(mem::is_frame(mapped) && memory.is_ksm(site))) {
          continue;
        }
        if (memory.has_page(site)) {
          groups[memory.content(site)].emplace_back(mapped, site);
        } else if (mapped == mem::kSwapped) {
          groups[memory.swapped_content(site)].emplace_back(mapped, site);
        }
      }
    }
  }
  std::erase_if(groups, [](const auto& group) { return group.second.size() < 2; });
  for (auto& [content, sites] : groups) std::sort(sites.begin(), sites.end());
  return groups;
}

Groups walked_groups(const mem::HostMemory& memory, ContentGroups::Of of, std::size_t bucket) {
  Groups groups;
  ContentGroups(memory, of, bucket).walk([&](const ContentGroup& group) {
    REQUIRE(!groups.contains(group.content()));
    std::vector<Site>& sites = groups[group.content()];
    std::vector<SiteId> pages;
    group.for_each_site(
        [&](SiteId site, mem::Mapping mapped) { sites.emplace_back(mapped, site); });
    group.for_each_page([&](SiteId site) { pages.push_back(site); });
    REQUIRE(sites.size() == group.sites());
    std::vector<SiteId> firsts;
    for (std::size_t i = 0; i < sites.size(); ++i) {
      const mem::Mapping mapped = sites[i].first;
      const bool again = mem::is_frame(mapped) && i > 0 && sites[i - 1].first == mapped;
      if (mapped != mem::kSwapped && !again) firsts.push_back(sites[i].second);
    }
    REQUIRE(pages == firsts);
  });
  return groups;
}

constexpr std::uint64_t kSeeds = 12;
// No group fits; some do; several do at a time; all do at once.
constexpr std::size_t kBuckets[] = {1, 2, 7, 40, 300, ContentGroups::kBucketMin};

}  // namespace

TEST_CASE("groups are those of a map of everything, however small the buckets") {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Host host = random_host(seed);
    const mem::HostMemory& memory = host.machine().memory();
    for (const auto of : {ContentGroups::Of::all_sites, ContentGroups::Of::ksm_pages}) {
      const Groups dull = dull_groups(memory, of);
      for (const std::size_t bucket : kBuckets) {
        INFO("seed " << seed << ", bucket " << bucket);
        REQUIRE(walked_groups(memory, of, bucket) == dull);
      }
    }
  }
}

TEST_CASE("random hosts have groups of everything that a site can map") {
  std::map<std::uint32_t, int> hosts_with;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Host host = random_host(seed);
    std::map<std::uint32_t, int> kinds;
    for (const auto& [content, sites] :
         dull_groups(host.machine().memory(), ContentGroups::Of::all_sites)) {
      for (const auto& [mapped, site] : sites) {
        if (mem::is_frame(mapped)) kinds[host.machine().memory().is_ksm(site) ? 100 : 101] = 1;
        if (!mem::is_frame(mapped)) kinds[mapped.value] = 1;
      }
    }
    for (const auto& [kind, one] : kinds) hosts_with[kind] += one;
  }
  REQUIRE(hosts_with.size() == 4);
  for (const auto& [kind, hosts] : hosts_with) CHECK(hosts >= 3);
}

TEST_CASE("duplicates and storms do not hang on the size of the buckets") {
  const std::vector<std::string> names{"a", "b", "c", "d", "e", "f"};
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Host host = random_host(seed);
    const auto duplicates = find_duplicates(host.machine(), names, ContentGroups::kBucketMin);
    const auto storm = find_storm(host.machine(), names, ContentGroups::kBucketMin);
    CHECK(duplicates == find_duplicates(host.machine(), names));
    for (const std::size_t bucket : kBuckets) {
      INFO("seed " << seed << ", bucket " << bucket);
      REQUIRE(find_duplicates(host.machine(), names, bucket) == duplicates);
      REQUIRE(find_storm(host.machine(), names, bucket) == storm);
    }
  }
}

}  // namespace ksmsim::host
