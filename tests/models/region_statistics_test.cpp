// What the models generate beside the rows that their defaults cite (docs/models.md, Guests).
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr std::uint64_t kPages = 131'072;  // 512 MiB.
using Texts = std::map<std::string, std::string>;

// A heap some minutes after its boot.
RegionBench heap_like(const std::string& load, std::uint64_t pages = kPages) {
  const Setting setting{
      .seed = 1, .guest = load, .number = 0, .pages = pages, .over = std::chrono::seconds(60)};
  RegionBench bench("heap", setting, {{"like", "\"" + load + "\""}});
  bench.tell(EventKind::boot, std::chrono::seconds(60));
  bench.run_until(minutes(6));
  return bench;
}

// How many pages hold each content.
std::map<std::uint64_t, std::uint64_t> copies_in(const std::vector<std::uint64_t>& contents) {
  std::map<std::uint64_t, std::uint64_t> copies;
  for (const std::uint64_t content : contents) ++copies[content];
  copies.erase(0);
  copies.erase(RegionBench::kAbsent);
  return copies;
}

// Parts of the non-zero pages in groups of 1, 2, 3-4, 5-16, 17-256 and more equal ones.
using Sizes = std::array<double, 6>;
Sizes sizes_in(const std::vector<std::uint64_t>& contents) {
  constexpr std::array<std::uint64_t, 5> kMost{1, 2, 4, 16, 256};
  Sizes sizes{};
  double all = 0;
  for (const auto& [content, copies] : copies_in(contents)) {
    std::size_t i = 0;
    while (i < kMost.size() && copies > kMost[i]) ++i;
    sizes[i] += double(copies);
    all += double(copies);
  }
  for (double& size : sizes) size /= all;
  return sizes;
}

struct Kept {
  double equal = 0, unique = 0;
};
// Of the pages that had equals then, and of those that had none, what is as it was.
Kept kept_by_kind(const std::vector<std::uint64_t>& then, const std::vector<std::uint64_t>& now) {
  const auto copies = copies_in(then);
  Kept kept;
  double equal = 0, unique = 0;
  for (std::size_t i = 0; i < then.size(); ++i) {
    const auto at = copies.find(then[i]);
    if (at == copies.end()) continue;
    (at->second > 1 ? equal : unique) += 1;
    if (then[i] == now[i]) (at->second > 1 ? kept.equal : kept.unique) += 1;
  }
  return {kept.equal / equal, kept.unique / unique};
}

}  // namespace

TEST_CASE("row 13: a heap like a kernel build keeps 94.1, 92.8, 92.0 % for 2, 4, 6 minutes") {
  RegionBench heap = heap_like("build");
  const auto then = heap.contents();
  for (const auto& [minute, kept] : std::map<int, double>{{2, 0.941}, {4, 0.928}, {6, 0.920}}) {
    heap.run_until(minutes(6 + minute));
    INFO(minute << " minutes");
    CHECK(heap.kept_since(then) == Approx(kept).margin(0.005));
  }
}

TEST_CASE("row 14: an overloaded desktop keeps 34 to 46 % for 2 minutes, 17 to 29 % for 4") {
  RegionBench heap = heap_like("desktop");
  const auto then = heap.contents();
  heap.run_until(minutes(8));
  CHECK(heap.kept_since(then) == Approx(0.40).margin(0.06));
  heap.run_until(minutes(10));
  CHECK(heap.kept_since(then) == Approx(0.23).margin(0.06));
}

TEST_CASE("rows 10 to 12: groups of equal pages have the sizes of idle, building, desktop guests") {
  const std::map<std::string, Sizes> rows{
      {"idle", {0.968, 0.017, 0.001, 0.001, 0.004, 0.009}},
      {"build", {0.875, 0.034, 0.026, 0.046, 0.013, 0.006}},
      {"desktop", {0.868, 0.066, 0.035, 0.007, 0.009, 0.016}},
  };
  for (const auto& [load, row] : rows) {
    RegionBench heap = heap_like(load);
    // Rewriting keeps what is equal equal.
    for (const int minute : {6, 36}) {
      heap.run_until(minutes(minute));
      const Sizes sizes = sizes_in(heap.contents());
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        INFO(load << " after " << minute << " minutes, size class " << i);
        CHECK(sizes[i] == Approx(row[i]).margin(0.003));
      }
    }
  }
}

TEST_CASE("row 15: pages with equals keep 95.9 % for 2 minutes, unique ones 94.0 %") {
  RegionBench heap = heap_like("build");
  const auto then = heap.contents();
  heap.run_until(minutes(8));
  const Kept kept = kept_by_kind(then, heap.contents());
  CHECK(kept.equal == Approx(0.959).margin(0.006));
  CHECK(kept.unique == Approx(0.940).margin(0.004));
}

TEST_CASE("row 16: 50 to 70 % are alike after 2 hours, 20 to 50 % after 24") {
  RegionBench heap = heap_like("build", 8192);
  const auto then = heap.contents();
  heap.run_until(hours(2) + minutes(6));
  CHECK(heap.kept_since(then) == Approx(0.60).margin(0.10));
  heap.run_until(hours(24) + minutes(6));
  CHECK(heap.kept_since(then) == Approx(0.35).margin(0.15));
}

TEST_CASE("row 6: between 3.4 and 8.0 % of a heap's pages are zero, and it stays so") {
  for (const char* load : {"idle", "build", "desktop"}) {
    RegionBench heap = heap_like(load);
    for (const int minute : {6, 36}) {
      heap.run_until(minutes(minute));
      CHECK(double(heap.count(0)) / double(kPages) == Approx(0.055).margin(0.004));
    }
  }
}

TEST_CASE("row 9: Windows zeroes a GiB in less than two seconds of boot") {
  const Setting setting{.seed = 1, .guest = "w", .number = 0, .pages = 1u << 18};
  RegionBench memory("zeroed", setting, {{"use", "0"}});
  memory.tell(EventKind::boot, minutes(1));
  memory.run_until(std::chrono::milliseconds(1330));
  CHECK(memory.count(0) < 1u << 18);
  memory.run_until(std::chrono::milliseconds(1440));  // 2^30 / 0.75e9 s.
  CHECK(memory.count(0) == 1u << 18);
}

TEST_CASE("a GiB of any kind is filled by one write a MiB") {
  for (const RegionKind& kind : region_kinds()) {
    Texts changed;
    if (kind.name == "balloon") changed["inflated"] = "0";
    if (kind.name == "database-pool") changed = {{"warm", "1"}, {"read", "0"}, {"write", "0"}};
    if (kind.name == "page-cache") changed = {{"read", "0"}};
    const Setting setting{.seed = 1, .guest = "g", .number = 0, .pages = 1u << 18};
    RegionBench bench(kind.name, setting, changed);
    bench.tell(EventKind::boot);
    bench.run_until(std::chrono::milliseconds(900));
    INFO(kind.name);
    CHECK(bench.writes() <= 1024);
    CHECK(bench.written() > 80'000);
    CHECK(bench.written() > 256 * (bench.writes() - 1));
  }
}
