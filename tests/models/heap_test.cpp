#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t kPages = 32'768;  // 128 MiB.
using Texts = std::map<std::string, std::string>;

RegionBench booted(const Texts& changed, std::string_view kind = "heap") {
  const Setting setting{.seed = 1, .guest = "g", .number = 0, .pages = kPages, .over = seconds(10)};
  RegionBench bench(kind, setting, changed);
  bench.tell(EventKind::boot, seconds(10));
  bench.run_until(seconds(10));
  return bench;
}

}  // namespace

TEST_CASE("given lifetimes and groups count instead of a load's") {
  RegionBench heap = booted(
      {{"lifetimes", "[[0.5, 1]]"}, {"groups", "[[0.5, 4]]"}, {"zero_part", "0"}, {"idle", "0"}});
  std::set<std::uint64_t> distinct(heap.contents().begin(), heap.contents().end());
  CHECK(distinct.size() == kPages / 2 + kPages / 8);
  const auto then = heap.contents();
  heap.run_until(seconds(70));
  CHECK(heap.kept_since(then) == Approx(0.5).margin(0.01));
}

TEST_CASE("an idle guest's heap is rewritten more seldom") {
  const auto written = [](EventKind kind) {
    RegionBench heap = booted({{"lifetimes", "[[1, 100]]"}, {"idle", "0.1"}});
    heap.tell(kind);
    const std::uint64_t before = heap.written();
    heap.run_until(seconds(110));
    return double(heap.written() - before);
  };
  CHECK(written(EventKind::work) == Approx(kPages).epsilon(0.01));
  CHECK(written(EventKind::idle) == Approx(kPages / 10).margin(512));  // Whole groups.
}

TEST_CASE("an idle part below a thousandth counts as well") {
  RegionBench heap =
      booted({{"lifetimes", "[[1, 100]]"}, {"groups", "[[1, 1]]"}, {"idle", "0.0005"}});
  heap.tell(EventKind::idle);
  const std::uint64_t before = heap.written();
  heap.run_until(seconds(2010));
  CHECK(double(heap.written() - before) == Approx(kPages / 100.0).epsilon(0.02));
}

TEST_CASE("a first lifetime may have all pages, with others behind it") {
  RegionBench heap = booted({{"lifetimes", "[[1, 60], [0, 300]]"}, {"zero_part", "0"}});
  const auto then = heap.contents();
  heap.tell(EventKind::work);
  heap.run_until(seconds(600));
  CHECK(heap.kept_since(then) < 0.3);
}

TEST_CASE("a login rewrites part of the heap in its time") {
  RegionBench heap = booted({{"lifetimes", "[[0, 1]]"}, {"login", "0.2"}});
  const auto then = heap.contents();
  heap.tell(EventKind::login, seconds(10));
  heap.run_until(seconds(15));
  CHECK(heap.kept_since(then) == Approx(0.9).margin(0.02));
  heap.run_until(seconds(25));
  CHECK(heap.kept_since(then) == Approx(0.8).margin(0.02));
}

TEST_CASE("fill patterns are a few contents, alike in all guests, and stay as many") {
  RegionBench heap = booted({{"pattern_part", "0.1"}, {"lifetimes", "[[1, 60]]"}});
  const Setting other{.seed = 9, .guest = "other", .number = 0, .pages = kPages};
  RegionBench theirs("heap", other, {{"pattern_part", "0.1"}, {"zero_part", "0"}});
  theirs.tell(EventKind::boot);
  theirs.run_until(seconds(0));
  CHECK(theirs.part_in(heap) == Approx(0.1).margin(0.01));
  heap.run_until(seconds(600));
  CHECK(theirs.part_in(heap) == Approx(0.1).margin(0.01));
}

TEST_CASE("zeros and fill patterns have their parts, however large they are together") {
  for (const auto& [zero, pattern] :
       {std::pair("0.5", "0.3"), std::pair("0.2", "0.75"), std::pair("0.1", "0.9")}) {
    INFO(zero << " and " << pattern);
    RegionBench heap =
        booted({{"zero_part", zero}, {"pattern_part", pattern}, {"lifetimes", "[[1, 60]]"}});
    const auto check = [&heap](double zeros, double patterns) {
      std::map<std::uint64_t, std::uint64_t> pages;
      for (const std::uint64_t content : heap.contents()) ++pages[content];
      CHECK(double(pages[0]) / kPages == Approx(zeros).margin(0.015));
      std::uint64_t hot = 0;
      for (const auto& [content, count] : pages) hot += content != 0 && count > 100 ? count : 0;
      CHECK(double(hot) / kPages == Approx(patterns).margin(0.015));
    };
    check(std::stod(zero), std::stod(pattern));
    heap.run_until(seconds(300));
    check(std::stod(zero), std::stod(pattern));
  }
}

TEST_CASE("a reboot leaves old contents until they are overwritten") {
  RegionBench heap = booted({{"lifetimes", "[[0, 1]]"}, {"zero_part", "0"}});
  const auto then = heap.contents();
  heap.tell(EventKind::reboot, seconds(10));
  heap.run_until(seconds(15));
  CHECK(heap.kept_since(then) == Approx(0.5).margin(0.02));
  heap.run_until(seconds(20));
  CHECK(heap.kept_since(then) == 0);
}

TEST_CASE("encrypted pages are equal to nothing, and not mergeable by themselves") {
  RegionBench guest = booted({{"lifetimes", "[[0.5, 10]]"}}, "encrypted");
  guest.run_until(seconds(60));
  const auto then = guest.contents();
  CHECK(guest.count(0) == 0);
  CHECK(std::set<std::uint64_t>(then.begin(), then.end()).size() == kPages);
  guest.tell(EventKind::reboot, seconds(10));
  guest.run_until(seconds(80));
  CHECK(guest.kept_since(then) == 0);
  CHECK(find_region_kind("encrypted")->mergeable_by_default == input::Mergeable::no);
  CHECK(find_region_kind("heap")->mergeable_by_default == input::Mergeable::yes);
}

TEST_CASE("a copy of a region has the same future, made in the middle of what it does") {
  const input::PageRange pages{MmId{0}, PageIndex{512}, PageCount{4096}};
  for (const RegionKind& kind : region_kinds()) {
    // While it fills, while its guest works, while packages are replaced.
    for (const int copied_at : {2, 20, 42}) {
      INFO(kind.name << " at " << copied_at << " s");
      const Setting setting{
          .seed = 1, .guest = "g", .number = 0, .pages = 4096, .over = seconds(5)};
      auto region = kind.make(setting, values_of(kind));
      std::unique_ptr<Region> copy;
      Pen::Operations ours, theirs;
      const auto go_on = [&pages](Region& one, Pen::Operations& out, int until_s) {
        Pen pen(out, kStart, pages, ClassId{1});
        while (one.next() <= kStart + seconds(until_s)) one.act(one.next(), pen);
      };
      const auto tell = [&](Region& one, Pen::Operations& out, EventKind event, int at_s) {
        go_on(one, out, at_s);
        Pen pen(out, kStart, pages, ClassId{1});
        one.on({.kind = event, .length = seconds(5)}, kStart + seconds(at_s), pen);
      };
      tell(*region, ours, EventKind::boot, 0);
      for (const auto& [event, at_s] :
           {std::pair(EventKind::update, 40), std::pair(EventKind::reboot, 60),
            std::pair(EventKind::deflate, 80)}) {
        if (!copy && copied_at < at_s) {
          go_on(*region, ours, copied_at);
          copy = region->clone();
          ours.clear();
        }
        tell(*region, ours, event, at_s);
        if (copy) tell(*copy, theirs, event, at_s);
      }
      go_on(*region, ours, 120);
      go_on(*copy, theirs, 120);
      CHECK(ours == theirs);
      CHECK_FALSE(ours.empty());
    }
  }
}
