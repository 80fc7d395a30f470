// Sights become operations: made-up guests whose true state is known at every look, in a world
// without processes.
#include "live/capture/course.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <tuple>

#include "sim/base/random.hpp"
#include "sim/input/operation_checker.hpp"

namespace ksmsim::live::capture {
namespace {

using Operations = std::vector<input::TimedOperation>;

Time at_s(double seconds) { return at_nanoseconds(static_cast<std::int64_t>(seconds * 1e9)); }

PageSight present(std::uint64_t content) { return {.where = Where::present, .content = content}; }

CapturedRegion region(std::uint64_t start, std::uint64_t count) {
  return {.start = PageIndex{start}, .count = PageCount{count}, .role = "ram"};
}

// A course that checks what it hands on.
struct Checked {
  explicit Checked(const CourseOptions& options = {})
      : course(
            [this](const input::TimedOperation& timed) -> Result<void> {
              operations.push_back(timed);
              return checker.apply(timed);
            },
            options) {}

  void add(std::uint32_t guest, Time at, std::uint64_t start, std::vector<PageSight> pages) {
    BlockSight sight{.start = PageIndex{start}, .at = at, .pages = std::move(pages)};
    const auto added = course.add(guest, "ram", std::move(sight));
    INFO((added ? "" : added.error().text));
    REQUIRE(added);
  }
  void end_sweep() {
    const auto ended = course.end_sweep();
    INFO((ended ? "" : ended.error().text));
    REQUIRE(ended);
  }
  void finish() {
    const auto finished = course.finish();
    INFO((finished ? "" : finished.error().text));
    REQUIRE(finished);
  }
  template <class Op>
  std::vector<std::pair<Time, Op>> all() const {
    std::vector<std::pair<Time, Op>> found;
    for (const auto& [at, operation] : operations) {
      if (const auto* op = std::get_if<Op>(&operation)) found.emplace_back(at, *op);
    }
    return found;
  }

  Operations operations;
  input::OperationChecker checker;
  Course course;
};

TEST_CASE("The first sweep says how things stand, each page at the time of its look") {
  Checked checked;
  checked.course.begin_sweep(kStart);
  checked.course.begin_guest(0, "web", kStart);
  checked.course.set_regions(0, at_s(0.001), {region(0, 1024)});
  checked.add(0, at_s(0.01), 0, {present(7), present(7), {}, present(0)});
  checked.add(0, at_s(0.02), 512, {present(9)});
  checked.end_sweep();
  checked.finish();
  const auto writes = checked.all<input::Write>();
  REQUIRE(writes.size() == 3);
  CHECK(writes[0].first == at_s(0.01));
  CHECK(writes[0].second.range.count == PageCount{2});
  CHECK(writes[1].second.range.start == PageIndex{3});
  CHECK(writes[1].second.contents.of(0) == 0);
  CHECK(writes[2].first == at_s(0.02));
  CHECK(checked.all<input::Map>().front().first == kStart);
}

TEST_CASE("One moment is all of the beginning") {
  Checked checked({.one_moment = true});
  checked.course.begin_sweep(at_s(0.1));
  checked.course.begin_guest(0, "web", kStart);
  checked.course.set_regions(0, at_s(0.2), {region(0, 512)});
  checked.add(0, at_s(0.3), 0, {present(7)});
  checked.course.add_counters(at_s(0.4), {{"full_scans", 1}});
  checked.end_sweep();
  checked.finish();
  for (const auto& timed : checked.operations) CHECK(timed.at == kStart);
  CHECK(checked.operations.size() == 4);
}

TEST_CASE("A page that differs was written between the two looks, an equal one was not") {
  Checked checked;
  checked.course.begin_sweep(kStart);
  checked.course.begin_guest(0, "web", kStart);
  checked.course.set_regions(0, kStart, {region(0, 512)});
  checked.add(0, at_s(1), 0, {present(1), present(2), present(3)});
  checked.end_sweep();
  checked.course.begin_sweep(at_s(10));
  checked.course.set_regions(0, at_s(10), {region(0, 512)});
  checked.add(0, at_s(11), 0, {present(1), present(22), {}});
  checked.end_sweep();
  checked.finish();
  const auto writes = checked.all<input::Write>();
  REQUIRE(writes.size() == 2);
  CHECK(writes[1].second.contents.of(0) == 22);
  CHECK(writes[1].first > at_s(1));
  CHECK(writes[1].first <= at_s(11));
  const auto discards = checked.all<input::Discard>();
  REQUIRE(discards.size() == 1);
  CHECK(discards[0].second.range.start == PageIndex{2});
}

TEST_CASE("Each of two regions in one block has its own time since the last look") {
  Checked checked({.placement = traces::looks::Placement::earlier, .grain = Duration{0}});
  for (int sweep = 0; sweep < 2; ++sweep) {
    checked.course.begin_sweep(at_s(sweep * 10));
    if (sweep == 0) checked.course.begin_guest(0, "web", kStart);
    checked.course.set_regions(0, at_s(sweep * 10), {region(0, 8), region(100, 8)});
    const std::uint64_t content = sweep == 0 ? 1 : 2;
    checked.add(0, at_s(sweep * 10 + 1), 0, {present(content)});
    checked.add(0, at_s(sweep * 10 + 2), 100, {present(content)});
    checked.end_sweep();
  }
  checked.finish();
  const auto writes = checked.all<input::Write>();
  REQUIRE(writes.size() == 4);
  // Right after the sweep before, not after the other region's look in this one.
  CHECK(writes[2].first < at_s(3));
  CHECK(writes[3].first < at_s(3));
}

TEST_CASE("A page of zeros that maps the kernel's own was one before, or was only read") {
  Checked checked;
  const PageSight zeros{.where = Where::zeros, .content = 0};
  checked.course.begin_sweep(kStart);
  checked.course.begin_guest(0, "web", kStart);
  checked.course.set_regions(0, kStart, {region(0, 512)});
  checked.add(0, at_s(1), 0, {present(0), zeros, present(5)});
  checked.end_sweep();
  checked.course.begin_sweep(at_s(10));
  checked.add(0, at_s(10), 0, {zeros, zeros, zeros});
  checked.end_sweep();
  checked.finish();
  CHECK(checked.all<input::Write>().size() == 2);  // Pages 0 and 2, in the first sweep.
  const auto discards = checked.all<input::Discard>();
  REQUIRE(discards.size() == 1);
  CHECK(discards[0].second.range.start == PageIndex{2});
}

TEST_CASE("Pages go to swap and come back as they were, or changed") {
  Checked checked;
  const PageSight swapped{.where = Where::swapped};
  const auto sweep = [&](double s, std::vector<PageSight> pages) {
    checked.course.begin_sweep(at_s(s));
    if (s == 0) {
      checked.course.begin_guest(0, "web", kStart);
      checked.course.set_regions(0, kStart, {region(0, 512)});
    }
    checked.add(0, at_s(s), 0, std::move(pages));
    checked.end_sweep();
  };
  sweep(0, {present(1), present(2), swapped});
  sweep(10, {swapped, swapped, swapped});
  sweep(20, {present(1), present(22), present(3)});
  checked.finish();
  REQUIRE(checked.all<input::Observe>().size() == 1);
  const auto out = checked.all<input::SwapOut>();
  REQUIRE(out.size() == 1);
  CHECK(out[0].second.range.count == PageCount{2});
  const auto in = checked.all<input::SwapIn>();
  REQUIRE(in.size() == 1);
  CHECK(in[0].second.range.start == PageIndex{0});
  // 1 and 2 in the first sweep, 22 and 3 at the end.
  std::uint64_t written = 0;
  for (const auto& [at, write] : checked.all<input::Write>()) written += write.range.count.value;
  CHECK(written == 4);
}

TEST_CASE("A block becomes a huge page once, and its nodes are told before its pages") {
  Checked checked;
  for (int sweep = 0; sweep < 3; ++sweep) {
    checked.course.begin_sweep(at_s(sweep * 10));
    if (sweep == 0) {
      checked.course.begin_guest(0, "web", kStart);
      checked.course.set_regions(0, kStart, {region(512, 512)});
    }
    BlockSight sight{.start = PageIndex{512}, .at = at_s(sweep * 10 + 1), .pages = {}};
    sight.nodes_known = true;
    sight.huge = sweep > 0;
    for (std::size_t i = 0; i < kBlockPages; ++i) {
      sight.pages.push_back(present(i + 1));
      sight.pages.back().node = sweep == 2 && i < 10 ? 0 : 1;
    }
    const auto added = checked.course.add(0, "ram", std::move(sight));
    REQUIRE(added);
    checked.end_sweep();
  }
  checked.finish();
  CHECK(checked.all<input::Huge>().size() == 1);
  const auto nodes = checked.all<input::SetNode>();
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0].second.node == NumaNode{1});
  CHECK(nodes[0].first <= checked.all<input::Write>().front().first);
  const auto moves = checked.all<input::Move>();
  REQUIRE(moves.size() == 1);
  CHECK(moves[0].second.range.count == PageCount{10});
}

TEST_CASE("A guest that is started anew under its name begins after the old one has ended") {
  Checked checked;
  checked.course.begin_sweep(kStart);
  checked.course.begin_guest(0, "web", kStart);
  checked.course.set_regions(0, kStart, {region(0, 512)});
  checked.add(0, at_s(1), 0, {present(1)});
  checked.end_sweep();
  checked.course.end_guest(0, at_s(6));
  checked.course.begin_sweep(at_s(10));
  checked.course.begin_guest(1, "web", at_s(5.9));  // Its end was noticed late.
  checked.course.set_regions(1, at_s(10), {region(0, 512)});
  checked.add(1, at_s(11), 0, {present(2)});
  checked.end_sweep();
  checked.finish();
  CHECK(checked.all<input::Begin>().size() == 2);
  CHECK(checked.course.contents() == std::vector<std::uint64_t>{2});
}

// A world of guests that change at random, looked at in sweeps. After the last operation every page
// has to be what it was at its last look.
class World {
 public:
  World(std::uint64_t seed, const CourseOptions& options)
      : random_(seed, "guests"), checked_(options) {}

  void sweep(double begin_s) {
    checked_.course.begin_sweep(at_s(begin_s));
    if (guests_.empty() || random_.chance(1, 5)) {
      const auto number = static_cast<std::uint32_t>(guests_.size());
      guests_.emplace_back().name = "guest" + std::to_string(number % 3);
      for (std::size_t i = 0; i < number; ++i) {
        if (guests_[i].runs && guests_[i].name == guests_[number].name) end(i, begin_s);
      }
      checked_.course.begin_guest(number, guests_[number].name, at_s(begin_s - 3));
    }
    for (std::uint32_t g = 0; g < guests_.size(); ++g) {
      if (guests_[g].runs) choose_regions(g, begin_s + 0.01);
    }
    double at = begin_s + 0.02;
    for (std::uint32_t g = 0; g < guests_.size(); ++g) {
      if (guests_[g].runs) look(g, at);
      if (guests_[g].runs && random_.chance(1, 12)) end(g, at);
    }
    checked_.end_sweep();
  }

  // Page by page: what the operations leave behind.
  using State = std::map<std::tuple<std::string, std::uint64_t>, std::uint64_t>;
  State replayed() {
    checked_.finish();
    State state;
    std::map<std::uint32_t, std::string> names;
    const auto drop = [&](const input::PageRange& range) {
      for (std::uint64_t i = 0; i < range.count.value; ++i) {
        state.erase({names[range.mm.value], range.start.value + i});
      }
    };
    for (const auto& [at, operation] : checked_.operations) {
      if (const auto* begin = std::get_if<input::Begin>(&operation)) {
        names[begin->mm.value] = begin->name;
      } else if (const auto* write = std::get_if<input::Write>(&operation)) {
        for (std::uint64_t i = 0; i < write->range.count.value; ++i) {
          state[{names[write->range.mm.value], write->range.start.value + i}] =
              write->contents.of(i);
        }
      } else if (const auto* discard = std::get_if<input::Discard>(&operation)) {
        drop(discard->range);
      } else if (const auto* unmap = std::get_if<input::Unmap>(&operation)) {
        drop(unmap->range);
      } else if (const auto* ends = std::get_if<input::End>(&operation)) {
        const std::string name = names[ends->mm.value];
        std::erase_if(state, [&](const auto& entry) { return std::get<0>(entry.first) == name; });
      }
    }
    return state;
  }
  State seen() const {
    State state;
    for (const Guest& guest : guests_) {
      if (!guest.runs) continue;
      for (const auto& [page, content] : guest.pages) state[{guest.name, page}] = content;
    }
    return state;
  }
  const Course& course() const { return checked_.course; }

 private:
  struct Guest {
    std::string name;
    bool runs = true;
    std::vector<CapturedRegion> regions;
    std::map<std::uint64_t, std::uint64_t> pages;  // What the last look showed.
  };

  void end(std::size_t number, double at) {
    guests_[number].runs = false;
    checked_.course.end_guest(static_cast<std::uint32_t>(number), at_s(at));
  }

  void choose_regions(std::uint32_t number, double at) {
    Guest& guest = guests_[number];
    if (guest.regions.empty() || random_.chance(1, 3)) {
      guest.regions.clear();
      for (std::uint64_t start = random_.below(600); guest.regions.size() < 3;) {
        const std::uint64_t count = random_.between(1, 700);
        guest.regions.push_back(region(start, count));
        start += count + random_.below(300);
      }
    }
    checked_.course.set_regions(number, at_s(at), guest.regions);
    std::erase_if(guest.pages, [&](const auto& page) {
      return std::none_of(guest.regions.begin(), guest.regions.end(), [&](const auto& r) {
        return page.first >= r.start.value && page.first < r.end().value;
      });
    });
  }

  void look(std::uint32_t number, double& at) {
    Guest& guest = guests_[number];
    for (const CapturedRegion& r : guest.regions) {
      for (std::uint64_t page = r.start.value; page < r.end().value;) {
        const std::uint64_t count =
            std::min(kBlockPages - page % kBlockPages, r.end().value - page);
        std::vector<PageSight> pages(count);
        for (std::uint64_t i = 0; i < count; ++i) {
          const auto held = guest.pages.find(page + i);
          if (held != guest.pages.end() && random_.chance(3, 4)) {
            pages[i] = present(held->second);
          } else if (random_.chance(1, 2)) {
            pages[i] = present(random_.below(50));
          }
          if (pages[i].where == Where::present) {
            guest.pages[page + i] = pages[i].content;
          } else {
            guest.pages.erase(page + i);
          }
        }
        checked_.add(number, at_s(at), page, std::move(pages));
        at += 0.001;
        page += count;
      }
    }
  }

  RandomStream random_;
  std::vector<Guest> guests_;
  Checked checked_;
};

TEST_CASE("What is replayed ends as it was seen last, whatever guests do") {
  using traces::looks::Placement;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::size_t waiting_max = seed % 3 == 0 ? 200 : 1U << 20;
    const Placement placement = seed % 2 == 0 ? Placement::spread : Placement::earlier;
    World world(seed, {.placement = placement, .waiting_max = waiting_max});
    for (int sweep = 0; sweep < 12; ++sweep) world.sweep(sweep * 5.0);
    INFO("seed " << seed);
    const auto seen = world.seen();
    REQUIRE(world.replayed() == seen);
    CHECK(world.course().contents().size() == seen.size());
    if (waiting_max > 200) CHECK(world.course().squeezed() == 0);
  }
}

TEST_CASE("A small buffer makes changes late, and counts them") {
  World world(7, {.waiting_max = 50});
  for (int sweep = 0; sweep < 6; ++sweep) world.sweep(sweep * 5.0);
  CHECK(world.course().squeezed() > 0);
}

}  // namespace
}  // namespace ksmsim::live::capture
