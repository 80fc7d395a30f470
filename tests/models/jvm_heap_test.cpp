#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::seconds;

namespace {

// 300 MiB: a young generation of 100, eden 80 of them, two survivor spaces of 10.
constexpr std::uint64_t kMib = 256, kPages = 300 * kMib;
constexpr std::uint64_t kEden = 80 * kMib, kOld = 100 * kMib;

using Texts = std::map<std::string, std::string>;

RegionBench booted(const Texts& changed) {
  const Setting setting{.seed = 1, .guest = "g", .number = 0, .pages = kPages, .over = seconds(1)};
  RegionBench bench("jvm-heap", setting, changed);
  bench.tell(EventKind::boot, seconds(1));
  return bench;
}

using Pages = std::vector<std::uint64_t>;

std::uint64_t changed_between(const Pages& then, const Pages& now, std::uint64_t from,
                              std::uint64_t to) {
  std::uint64_t changed = 0;
  for (std::uint64_t i = from; i < to; ++i) changed += then[i] == now[i] ? 0 : 1;
  return changed;
}

}  // namespace

TEST_CASE("allocation runs through eden at its rate") {
  RegionBench heap = booted({{"allocate", "8"}, {"live", "0"}});
  heap.run_until(seconds(5));
  const auto& pages = heap.contents();
  const auto absent = RegionBench::kAbsent;
  const auto eden_end = pages.begin() + static_cast<std::ptrdiff_t>(kEden);
  CHECK(std::find(pages.begin(), eden_end, absent) - pages.begin() == 5 * 8 * kMib);
}

TEST_CASE("a collection moves survivors, and what survived before grows old") {
  RegionBench heap = booted({{"allocate", "40"}, {"survive", "0.1"}, {"live", "0.25"}});
  heap.run_until(seconds(2));
  const auto first = heap.contents();
  CHECK(heap.count(RegionBench::kAbsent) == kPages - kEden - kEden / 10 - 50 * kMib);
  heap.run_until(seconds(4));
  const auto second = heap.contents();
  CHECK(changed_between(first, second, 0, kEden) == kEden);
  CHECK(changed_between(first, second, kEden, kOld) == kEden / 10);
  CHECK(changed_between(first, second, kOld, kPages) == kEden / 10);
  CHECK(changed_between(first, second, kOld, kOld + 50 * kMib) == 0);
}

TEST_CASE("a full collection moves all that lives in the old generation") {
  RegionBench heap =
      booted({{"allocate", "80"}, {"survive", "0.1"}, {"live", "0.5"}, {"collect", "50"}});
  // Ten collections of 8 MiB each fill the 100 MiB that are free; the twelfth and the next wait.
  heap.run_until(seconds(12));
  const auto before = heap.contents();
  heap.run_until(seconds(17));
  CHECK(changed_between(before, heap.contents(), kOld, kOld + 100 * kMib) == 100 * kMib);
}

TEST_CASE("no two pages of a Java heap are equal") {
  RegionBench heap = booted({{"allocate", "40"}});
  heap.run_until(seconds(60));
  std::set<std::uint64_t> seen;
  for (const std::uint64_t content : heap.contents()) {
    if (content != RegionBench::kAbsent) seen.insert(content);
  }
  CHECK(seen.size() == kPages - heap.count(RegionBench::kAbsent));
}

TEST_CASE("an idle application hardly allocates") {
  RegionBench heap = booted({{"allocate", "50"}, {"idle", "0.02"}, {"live", "0"}});
  heap.tell(EventKind::idle);
  heap.run_until(seconds(20));
  CHECK(heap.written() == 20 * kMib);
}
