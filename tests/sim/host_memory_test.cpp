#include "sim/mem/host_memory.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim::mem {
namespace {

constexpr std::uint64_t kPages = 1100;  // Three blocks of each space.

// The dull twin: every site by itself, frames as shared cells.
class DullMemory {
 public:
  struct Cell {
    std::uint64_t content = 0;
    bool ksm = false;
  };
  struct Site {
    std::shared_ptr<Cell> cell;  // None: a page of zeros.
    bool by_ksm = false;         // Of a page of zeros.
  };
  using Space = std::map<std::uint64_t, Site>;

  std::vector<Space> spaces;
  Totals breaks;  // Only the numbers that count events.

  void write(std::uint32_t mm, std::uint64_t page, std::uint64_t content) {
    Site& site = spaces[mm][page];
    if (site.cell && site.cell->ksm) ++breaks.cow_ksm;
    breaks.write_breaks += site.by_ksm || (site.cell && site.cell->ksm);
    site = {std::make_shared<Cell>(Cell{content, false}), false};
  }
  void break_sharing(Site& site) {
    const bool ksm = site.cell && site.cell->ksm;
    if (!ksm && !site.by_ksm) return;
    breaks.cow_ksm += ksm;
    ++breaks.unmerge_breaks;
    site = {std::make_shared<Cell>(Cell{ksm ? site.cell->content : 0, false}), false};
  }
  Totals totals() const {
    Totals sum = breaks;
    std::map<const Cell*, std::int64_t> cells;
    for (const Space& space : spaces) {
      for (const auto& [page, site] : space) {
        sum.present_sites += site.cell != nullptr || site.by_ksm;
        sum.ksm_zero_pages += site.by_ksm;
        if (site.cell) ++cells[site.cell.get()];
      }
    }
    for (const auto& [cell, sites] : cells) {
      ++sum.frames;
      if (!cell->ksm) sum.fork_shared += sites - 1;
    }
    return sum;
  }
};

// Both memories, given the same random work.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : random_(seed, "memory") {}

  void step() {
    if (living_.empty() || random_.chance(1, 60)) return begin();
    const std::uint32_t mm = living_[random_.below(living_.size())];
    const std::uint64_t start = random_.below(kPages);
    const std::uint64_t count = random_.between(1, std::min<std::uint64_t>(kPages - start, 40));
    const MmId id{mm};
    const PageIndex from{start};
    const PageCount n{count};
    auto& space = dull_.spaces[mm];
    const auto pages = [&](auto action) {
      for (auto at = space.lower_bound(start); at != space.end() && at->first < start + count;) {
        const auto next = std::next(at);
        action(at);
        at = next;
      }
    };
    switch (random_.below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        for (std::uint64_t p = start; p < start + count; ++p) {
          const std::uint64_t content = random_.below(8);
          memory_.write(id, PageIndex{p}, content);
          dull_.write(mm, p, content);
        }
        return;
      case 4:
        memory_.discard(id, from, n);
        return pages([&](auto at) { space.erase(at); });
      case 5:
        memory_.unmap(id, from, n);
        memory_.map(id, from, n, Mergeable::yes);
        return pages([&](auto at) { space.erase(at); });
      case 6:
        memory_.read(id, from, n);
        for (std::uint64_t p = start; p < start + count; ++p) space.try_emplace(p);
        return;
      case 7:
        memory_.advise(id, from, n, Mergeable::no);
        memory_.advise(id, from, n, Mergeable::yes);
        return pages([&](auto at) { dull_.break_sharing(at->second); });
      case 8:
        if (living_.size() < 5 && random_.chance(1, 4)) return fork(mm);
        return;
      case 9:
        if (random_.chance(1, 8)) end(mm);
        return;
      case 10:
        return make_ksm(mm, start, count);
      default:
        return merge(mm, start, count);
    }
  }

  void check() const {
    REQUIRE(memory_.totals() == dull_.totals());
    memory_.check_invariants();
    for (std::uint32_t mm = 0; mm < dull_.spaces.size(); ++mm) {
      PageIndex at{0};
      for (const auto& [page, site] : dull_.spaces[mm]) {
        if (!site.cell) continue;
        const Met met = memory_.next_met(MmId{mm}, at, PageIndex{kPages});
        REQUIRE(met.found);
        REQUIRE(met.page.value == page);
        REQUIRE(memory_.page_of(met.site).value == page);
        REQUIRE(memory_.mm_of(met.site) == MmId{mm});
        REQUIRE(memory_.content(met.site) == site.cell->content);
        REQUIRE(memory_.is_ksm(met.site) == site.cell->ksm);
        at = met.page + PageCount{1};
      }
      REQUIRE_FALSE(memory_.next_met(MmId{mm}, at, PageIndex{kPages}).found);
    }
  }

 private:
  void begin() {
    if (living_.size() >= 5) return;
    const MmId mm = memory_.begin();
    memory_.map(mm, PageIndex{0}, PageCount{kPages}, Mergeable::yes);
    dull_.spaces.emplace_back();
    living_.push_back(mm.value);
  }
  void fork(std::uint32_t mm) {
    living_.push_back(memory_.fork(MmId{mm}).value);
    dull_.spaces.emplace_back(DullMemory::Space{dull_.spaces[mm]});
  }
  void end(std::uint32_t mm) {
    memory_.end(MmId{mm});
    memory_.release_blocks(MmId{mm}, [](std::uint32_t) { return false; });
    dull_.spaces[mm].clear();
    std::erase(living_, mm);
  }
  std::optional<Met> met(std::uint32_t mm, std::uint64_t start, std::uint64_t count) const {
    const Met m = memory_.next_met(MmId{mm}, PageIndex{start}, PageIndex{start + count});
    return m.found ? std::optional(m) : std::nullopt;
  }
  void make_ksm(std::uint32_t mm, std::uint64_t start, std::uint64_t count) {
    const auto m = met(mm, start, count);
    if (!m) return;
    auto& site = dull_.spaces[mm][m->page.value];
    if (site.cell->ksm) return;
    memory_.make_ksm(m->site);
    site.cell->ksm = true;
  }
  // Points a page at a KSM page of equal content, or zeros at the kernel's page.
  void merge(std::uint32_t mm, std::uint64_t start, std::uint64_t count) {
    const auto m = met(mm, start, count);
    if (!m) return;
    auto& site = dull_.spaces[mm][m->page.value];
    if (site.cell->ksm) return;
    if (site.cell->content == 0) {
      memory_.remap_to_zero_page(m->site);
      site = {nullptr, true};
      return;
    }
    for (std::uint32_t other : living_) {
      for (auto& [page, target] : dull_.spaces[other]) {
        if (!target.cell || !target.cell->ksm) continue;
        if (target.cell->content != site.cell->content) continue;
        const Met t = memory_.next_met(MmId{other}, PageIndex{page}, PageIndex{page + 1});
        memory_.remap(m->site, memory_.mapping(t.site));
        site = DullMemory::Site{target};
        return;
      }
    }
  }

  RandomStream random_;
  HostMemory memory_;
  DullMemory dull_;
  std::vector<std::uint32_t> living_;
};

// A memory with one space of `pages` mergeable pages.
struct OneSpace {
  HostMemory memory;
  MmId mm = memory.begin();
  explicit OneSpace(std::uint64_t pages) {
    memory.map(mm, PageIndex{0}, PageCount{pages}, Mergeable::yes);
  }
  Met met(std::uint64_t page) const {
    return memory.next_met(mm, PageIndex{page}, PageIndex{page + 1});
  }
  std::uint64_t content(std::uint64_t page) const { return memory.content(met(page).site); }
  bool is_ksm(std::uint64_t page) const { return memory.is_ksm(met(page).site); }
  FrameId make_ksm(std::uint64_t page) { return memory.make_ksm(met(page).site); }
};

}  // namespace

TEST_CASE("memory is what a recount of every site says, after any work") {
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    INFO("seed " << seed);
    Twins twins(seed);
    for (int step = 0; step < 400; ++step) {
      twins.step();
      if (step % 20 == 0) twins.check();
    }
    twins.check();
  }
}

TEST_CASE("a huge region costs nothing until a page of it is there, and then one block") {
  OneSpace host(kPageIndexEnd);
  CHECK(host.memory.site_slots() == 0);
  host.memory.write(host.mm, PageIndex{kPageIndexEnd - 1}, 5);
  host.memory.write(host.mm, PageIndex{0}, 5);
  CHECK(host.memory.site_slots() == std::size_t{2} * kBlockPages);
  CHECK(host.memory.totals().frames == 2);
  const Met met = host.memory.next_met(host.mm, PageIndex{1}, PageIndex{kPageIndexEnd});
  CHECK(met.page.value == kPageIndexEnd - 1);
  // Entries of its block, and on either side of a table of each of the three levels above.
  CHECK(met.passed < std::size_t{1 + 2 * 3} * kBlockPages);
  host.memory.discard(host.mm, PageIndex{0}, PageCount{kPageIndexEnd});
  CHECK(host.memory.totals() == Totals{});
}

TEST_CASE("frames and blocks that are free are used again") {
  OneSpace host(1 << 20);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const PageIndex page{i * kBlockPages};
    for (std::uint64_t p = 0; p < 10; ++p) {
      host.memory.write(host.mm, page + PageCount{p}, p);
      host.make_ksm(page.value + p);
    }
    host.memory.discard(host.mm, page, PageCount{10});
    host.memory.release_blocks(host.mm, [](std::uint32_t) { return false; });
  }
  CHECK(host.memory.frame_slots() == kFirstFrame + 10);
  CHECK(host.memory.site_slots() == kBlockPages);
  host.memory.check_invariants();
}

TEST_CASE("a block that is still in use elsewhere, or has a page, is not released") {
  OneSpace host(std::size_t{2} * kBlockPages);
  host.memory.write(host.mm, PageIndex{0}, 1);
  host.memory.write(host.mm, PageIndex{kBlockPages}, 1);
  host.memory.discard(host.mm, PageIndex{0}, PageCount{1});
  host.memory.release_blocks(host.mm, [](std::uint32_t) { return true; });
  CHECK(host.memory.space(host.mm).blocks.size() == 2);
  host.memory.release_blocks(host.mm, [](std::uint32_t) { return false; });
  CHECK(host.memory.space(host.mm).blocks.size() == 1);
}

TEST_CASE("a write to a page of its own changes it; a KSM page is always copied") {
  OneSpace host(1);
  host.memory.write(host.mm, PageIndex{0}, 1);
  host.memory.write(host.mm, PageIndex{0}, 2);
  CHECK(host.memory.totals() == Totals{.present_sites = 1, .frames = 1});
  host.make_ksm(0);
  host.memory.write(host.mm, PageIndex{0}, 2);
  CHECK_FALSE(host.is_ksm(0));
  CHECK(host.memory.totals() ==
        Totals{.present_sites = 1, .frames = 1, .cow_ksm = 1, .write_breaks = 1});
}

TEST_CASE("a fork shares every frame until one of both writes; that is not KSM's saving") {
  OneSpace host(4);
  for (std::uint64_t p = 0; p < 4; ++p) host.memory.write(host.mm, PageIndex{p}, p);
  const MmId child = host.memory.fork(host.mm);
  CHECK(host.memory.totals() == Totals{.present_sites = 8, .frames = 4, .fork_shared = 4});
  CHECK(host.memory.totals().saved() == 0);
  host.memory.write(child, PageIndex{0}, 9);
  CHECK(host.content(0) == 0);
  host.memory.end(host.mm);
  CHECK(host.memory.totals() == Totals{.present_sites = 4, .frames = 4});
  CHECK_FALSE(host.memory.space(host.mm).living);
  CHECK(host.memory.space(child).living);
}

TEST_CASE("a page that is only read maps the page of zeros and is not met") {
  OneSpace host(4);
  host.memory.read(host.mm, PageIndex{0}, PageCount{4});
  CHECK(host.memory.totals() == Totals{});
  CHECK_FALSE(host.met(0).found);
  host.memory.write(host.mm, PageIndex{0}, 1);
  CHECK(host.memory.totals().write_breaks == 0);
  host.memory.read(host.mm, PageIndex{0}, PageCount{1});
  CHECK(host.content(0) == 1);
}

TEST_CASE("a fork's last user writes in place, and the page is its own again") {
  OneSpace host(1);
  host.memory.write(host.mm, PageIndex{0}, 1);
  const MmId child = host.memory.fork(host.mm);
  CHECK_FALSE(host.memory.owns_page(host.met(0).site));
  host.memory.end(child);
  host.memory.write(host.mm, PageIndex{0}, 2);
  CHECK(host.memory.owns_page(host.met(0).site));
  CHECK(host.content(0) == 2);
  host.memory.check_invariants();
}

TEST_CASE("process-wide opt-in covers regions that are there and those that come") {
  HostMemory memory;
  const MmId mm = memory.begin();
  memory.map(mm, PageIndex{0}, PageCount{10}, Mergeable::no);
  CHECK_FALSE(memory.space(mm).has_mergeable_region());
  memory.opt_in(mm);
  memory.map(mm, PageIndex{20}, PageCount{10}, Mergeable::no);
  CHECK(memory.space(mm).mergeable(PageIndex{5}));
  CHECK(memory.space(mm).mergeable(PageIndex{25}));
  CHECK(memory.space(memory.fork(mm)).merge_any);

  // A second opt-in leaves what was advised since then.
  memory.advise(mm, PageIndex{0}, PageCount{5}, Mergeable::no);
  memory.opt_in(mm);
  CHECK_FALSE(memory.space(mm).mergeable(PageIndex{0}));

  memory.write(mm, PageIndex{25}, 1);
  memory.make_ksm(memory.next_met(mm, PageIndex{0}, PageIndex{30}).site);
  memory.opt_out(mm);
  CHECK_FALSE(memory.space(mm).has_mergeable_region());
  CHECK(memory.totals().unmerge_breaks == 1);
  CHECK(memory.totals().cow_ksm == 1);
}

TEST_CASE("opting out without having opted in changes nothing") {
  OneSpace host(4);
  host.memory.opt_out(host.mm);
  CHECK(host.memory.space(host.mm).mergeable(PageIndex{0}));
}

TEST_CASE("unmerging a space touches its mergeable regions only") {
  OneSpace host(2);
  for (std::uint64_t p = 0; p < 2; ++p) {
    host.memory.write(host.mm, PageIndex{p}, 1);
    host.make_ksm(p);
  }
  // Advice unmerges its range at once, so nothing is left there for later.
  host.memory.advise(host.mm, PageIndex{1}, PageCount{1}, Mergeable::no);
  CHECK(host.memory.totals().unmerge_breaks == 1);
  host.memory.break_sharing(host.mm);
  CHECK(host.memory.totals().unmerge_breaks == 2);
  host.memory.break_sharing(host.mm);
  CHECK(host.memory.totals().unmerge_breaks == 2);
}

TEST_CASE("a page keeps the class of its last write") {
  OneSpace host(10);
  for (std::uint64_t p = 0; p < 10; ++p) host.memory.write(host.mm, PageIndex{p}, p);
  host.memory.set_class(host.mm, PageIndex{0}, PageCount{10}, ClassId{1});
  host.memory.set_class(host.mm, PageIndex{3}, PageCount{2}, ClassId{2});
  CHECK(host.memory.class_of(host.met(2).site) == ClassId{1});
  CHECK(host.memory.class_of(host.met(3).site) == ClassId{2});
  CHECK(host.memory.class_of(host.met(5).site) == ClassId{1});
  host.memory.unmap(host.mm, PageIndex{0}, PageCount{10});
  CHECK(host.memory.space(host.mm).classes.empty());
}

}  // namespace ksmsim::mem
