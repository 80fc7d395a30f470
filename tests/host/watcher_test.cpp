#include "sim/mem/watcher.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/host/machine.hpp"
#include "sim/host/reclaim_hand.hpp"
#include "tests/reference/swarm.hpp"

namespace ksmsim::host {
namespace {

// Knows of memory what the journal tells it, and nothing else.
class Mirror final : public mem::Watcher {
 public:
  void on_map(SiteId site, mem::Mapping mapping, std::uint64_t content) override {
    seen(site) = {mapping, content};
  }
  void on_unmap(SiteId site) override { seen(site) = {}; }
  void on_write(SiteId site, std::uint64_t content) override {
    own_page_ &= seen(site).mapping == mem::kOwnPage;
    seen(site).content = content;
  }
  void on_convert(SiteId site, mem::Mapping mapping) override { seen(site).mapping = mapping; }
  void on_advise(MmId mm, PageIndex start, PageIndex end,
                 std::optional<mem::Mergeable> mergeable) override {
    said_[mm].push_back({start, end, mergeable});
  }

  // What is not as it is in truth; empty: nothing.
  std::string difference(const mem::HostMemory& memory) const {
    if (!own_page_) return "a write was told of a page that is not the site's own";
    std::size_t there = 0;
    for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
      for (const mem::BlockRef& ref : memory.space(MmId{m}).blocks) {
        for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
          const SiteId site{ref.block * mem::kBlockPages + i};
          const PageIndex page{ref.number * mem::kBlockPages + i};
          there += memory.mapping(site) != mem::kAbsent;
          const std::string what = difference(memory, site, MmId{m}, page);
          if (!what.empty()) return what + " of page " + std::to_string(page.value);
        }
      }
    }
    // Sites of blocks that have been freed are nobody's.
    for (const Seen& s : seen_) there -= s.mapping != mem::kAbsent;
    return there == 0 ? "" : "how many sites are not absent";
  }

 private:
  struct Seen {
    mem::Mapping mapping = mem::kAbsent;
    std::uint64_t content = 0;
  };
  struct Said {
    PageIndex start, end;
    std::optional<mem::Mergeable> mergeable;
  };

  Seen& seen(SiteId site) {
    if (site.value >= seen_.size()) seen_.resize(site.value + std::size_t{1});
    return seen_[site.value];
  }
  // What was said of the page last.
  std::optional<mem::Mergeable> mergeable(MmId mm, PageIndex page) const {
    const auto at = said_.find(mm);
    if (at == said_.end()) return std::nullopt;
    for (auto s = at->second.rbegin(); s != at->second.rend(); ++s) {
      if (s->start <= page && page < s->end) return s->mergeable;
    }
    return std::nullopt;
  }
  std::string difference(const mem::HostMemory& memory, SiteId site, MmId mm,
                         PageIndex page) const {
    const Seen s = site.value < seen_.size() ? seen_[site.value] : Seen{};
    if (s.mapping != memory.mapping(site)) return "the mapping";
    std::uint64_t content = 0;
    if (memory.has_page(site)) content = memory.content(site);
    if (memory.mapping(site) == mem::kSwapped) content = memory.swapped_content(site);
    if (s.content != content) return "the content";
    const std::optional<mem::Mergeable> said = mergeable(mm, page);
    const mem::Mergeable* const in_truth = memory.space(mm).regions.find(page);
    if (said.has_value() != (in_truth != nullptr)) return "whether a region has it";
    if ((said == mem::Mergeable::yes) != memory.is_mergeable(site)) return "the mergeability";
    return "";
  }

  std::vector<Seen> seen_;  // By SiteId.
  std::map<MmId, std::vector<Said>> said_;
  bool own_page_ = true;
};

// A machine with all that a host does to it: a swarm's work, batches, reclaim, a slow swap device.
class Work {
 public:
  explicit Work(std::uint64_t seed)
      : swarm_(seed),
        random_(seed, "watcher"),
        machine(**ksm::traits_of(swarm_.kernel().name), cost::Meter({}, {}), {}) {}

  void step() {
    if (random_.chance(1, 10)) return reclaim();
    const reference::Step step = swarm_.next();
    if (std::holds_alternative<reference::Wake>(step)) return wake();
    const auto& operation = std::get<input::Operation>(step);
    if (const auto* knob = std::get_if<input::SetKnob>(&operation)) {
      (void)machine.write_knob(*knob, {});
    } else {
      REQUIRE(machine.apply(operation).ok());
    }
  }

 private:
  void wake() {
    if (!machine.has_work()) return;
    machine.ksmd().begin_batch({});
    (void)machine.ksmd().scan(machine.memory(), kNever);
  }
  void reclaim() {
    mem::HostMemory& memory = machine.memory();
    memory.set_slow_swap(random_.chance(1, 2));
    (void)hand_.reclaim(machine, static_cast<std::int64_t>(random_.between(1, 8)));
    for (const mem::LeavingPage& page : memory.take_leaving()) {
      if (random_.chance(1, 2)) memory.written(page);
    }
    if (random_.chance(1, 4)) (void)memory.drop_swap_cache(4);
  }

  reference::Swarm swarm_;
  RandomStream random_;
  ReclaimHand hand_;

 public:
  Machine machine;
};

}  // namespace

TEST_CASE("who only follows the journal knows what every site maps, holds and may be merged") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Work work(seed);
    Mirror mirror;
    work.machine.memory().set_watcher(&mirror);
    for (int step = 0; step < 200; ++step) {
      work.step();
      INFO("seed " << seed << ", step " << step);
      REQUIRE(mirror.difference(work.machine.memory()) == "");
    }
  }
}

TEST_CASE("a copied machine goes on unwatched, and so does one that is assigned to") {
  Work work(1);
  Mirror mirror;
  work.machine.memory().set_watcher(&mirror);
  for (int step = 0; step < 50; ++step) work.step();
  const Machine then = work.machine;
  Work copy = work;
  for (int step = 0; step < 50; ++step) copy.step();
  REQUIRE(mirror.difference(work.machine.memory()) == "");
  REQUIRE(mirror.difference(copy.machine.memory()) != "");
  work.machine = then;
  for (int step = 0; step < 50; ++step) work.step();
  CHECK(mirror.difference(then.memory()) == "");
}

}  // namespace ksmsim::host
