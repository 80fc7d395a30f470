#include <array>
#include <set>

#include "sim/base/random.hpp"
#include "tests/importers/made_up.hpp"
#include "traces/page_hash.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::moments;
using namespace ksmsim::traces::made_up;
using looks::Placement;

namespace {

// Pages of a guest at a moment.
using Pages = std::map<std::uint64_t, std::uint64_t>;

struct Moment {
  std::string guest;
  Time at;
  Pages pages;
};

// Guests of some pages, gaps between them; some change, come and go from moment to moment.
std::vector<Moment> random_moments(RandomStream& random) {
  std::vector<Moment> all;
  for (const char* guest : {"a", "b", "c"}) {
    Time at = seconds(static_cast<std::int64_t>(random.below(3)));
    Pages pages;
    for (auto n = random.between(1, 5); n > 0; --n) {
      for (auto i = random.between(1, 30); i > 0; --i) {
        const std::uint64_t number = random.below(100) + 1000 * random.below(2);
        if (random.chance(1, 4)) {
          pages.erase(number);
        } else {
          pages[number] = random.below(6);
        }
      }
      if (pages.empty()) pages[7] = 1;
      all.push_back({guest, at, pages});
      at += std::chrono::seconds(random.between(1, 20));
    }
  }
  return all;
}

ImportOptions options(std::size_t memory, Placement placement = Placement::spread) {
  ImportOptions options;
  options.open_temp = in_memory();
  options.changes_memory_bytes = options.distinct_memory_bytes = memory;
  options.placement = placement;
  return options;
}

MomentCounts hand_in(Importer& importer, std::uint32_t guest, const Moment& moment) {
  importer.begin_moment(guest, moment.at);
  for (const auto& [page, content] : moment.pages) {
    REQUIRE(importer.add(PageIndex{page}, content, ClassId{}, page < 1000 ? 0 : 1).ok());
  }
  auto counts = importer.end_moment({});
  REQUIRE(counts.ok());
  counts->parts.resize(2);
  return *counts;
}

Operations import(const std::vector<Moment>& all, const ImportOptions& options) {
  Importer importer(options);
  std::map<std::string, std::uint32_t> guests;
  for (const Moment& moment : all) {
    if (guests.count(moment.guest) == 0) guests[moment.guest] = importer.add_guest(moment.guest);
    hand_in(importer, guests[moment.guest], moment);
  }
  return finished(importer);
}

}  // namespace

TEST_CASE("the sorter hands out what a sort would, whatever fits in memory") {
  RandomStream random(1, "sorter");
  for (const std::size_t records : {0u, 1u, 2u, 10u, 100u, 1000u, 20'000u}) {
    for (const std::size_t memory : {8u, 80u, 8000u, 80'000u, 1u << 20}) {
      ExternalSorter<std::uint64_t> sorter(in_memory(), memory);
      for (int round = 0; round < 2; ++round) {  // It can be used again.
        std::vector<std::uint64_t> dull;
        for (std::size_t i = 0; i < records; ++i) {
          dull.push_back(random.below(1000));
          REQUIRE(sorter.add(dull.back()).ok());
        }
        CHECK(sorter.size() == records);
        std::sort(dull.begin(), dull.end());
        REQUIRE(sorter.sort().ok());
        std::vector<std::uint64_t> sorted;
        for (auto next = *sorter.next(); next; next = *sorter.next()) sorted.push_back(*next);
        CHECK(sorted == dull);
        sorter.clear();
      }
    }
  }
}

TEST_CASE("the spool gives back every page of every moment that is kept") {
  RandomStream random(1, "spool");
  Spool spool(in_memory());
  std::vector<std::pair<Spool::Kept, Pages>> kept;
  for (int round = 0; round < 30; ++round) {
    Pages pages;
    for (auto n = random.below(200'000) >> (3 * random.below(6)), p = random.below(9); n > 0; --n) {
      pages[p] = random.below(9);
      p += random.chance(1, 10) ? random.between(1, 1u << 30) : 1;
    }
    spool.begin();
    for (const auto& [page, content] : pages) {
      if (page < kPageIndexEnd) REQUIRE(spool.add(PageIndex{page}, content).ok());
    }
    std::erase_if(pages, [](const auto& entry) { return entry.first >= kPageIndexEnd; });
    kept.emplace_back(*spool.end(), std::move(pages));
    while (kept.size() > random.below(4)) {
      spool.drop(kept.front().first);
      kept.erase(kept.begin());
    }
    for (const auto& [where, wanted] : kept) {
      Spool::Reader reader(spool, where);
      Pages got;
      for (auto next = *reader.next(); next; next = *reader.next()) {
        got.emplace_hint(got.end(), next->page.value, next->content);
      }
      CHECK(got == wanted);
    }
  }
}

TEST_CASE("guests that come one after the other take the space of two moments") {
  Spool spool(in_memory());
  std::optional<Spool::Kept> before;
  for (int i = 0; i < 20; ++i) {
    spool.begin();
    for (std::uint64_t page = 0; page < 100; ++page) {
      REQUIRE(spool.add(PageIndex{page}, 5).ok());
    }
    const auto kept = *spool.end();
    CHECK(kept.begin == 0);
    CHECK(kept.end == 816);  // 102 words.
    if (before) spool.drop(*before);
    before = kept;
  }
}

TEST_CASE("guests that take turns take the space of a few moments, however many there are") {
  Spool spool(in_memory());
  std::array<std::optional<Spool::Kept>, 5> before;
  for (int i = 0; i < 1000; ++i) {
    spool.begin();
    REQUIRE(spool.add(PageIndex{0}, 5).ok());
    const auto kept = *spool.end();
    CHECK(kept.end <= 360);  // Three rounds of 5 moments of 3 words.
    auto& its = before[static_cast<std::size_t>(i) % before.size()];
    if (its) spool.drop(*its);
    its = kept;
  }
}

TEST_CASE("at every moment each guest holds what it held, and nothing equal is written") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream random(seed, "moments");
    const auto all = random_moments(random);
    for (const auto placement :
         {Placement::earlier, Placement::middle, Placement::later, Placement::spread}) {
      const Operations operations = import(all, options(1 << 20, placement));
      for (const Moment& moment : all) {
        Pages held;
        for (const auto& [where, content] : held_at(operations, moment.at)) {
          if (where.first == moment.guest) held[where.second] = content;
        }
        INFO("seed " << seed << " guest " << moment.guest);
        CHECK(held == moment.pages);
      }
    }
  }
}

TEST_CASE("an import in a few bytes of memory gives the operations of one that has plenty") {
  for (std::uint64_t seed = 100; seed < 130; ++seed) {
    RandomStream random(seed, "moments");
    const auto all = random_moments(random);
    CHECK(import(all, options(100)) == import(all, options(1 << 20)));
  }
}

TEST_CASE("distinct contents are counted in each part and in all, exactly") {
  for (std::uint64_t seed = 200; seed < 220; ++seed) {
    RandomStream random(seed, "moments");
    Importer importer(options(64));
    std::map<std::string, std::pair<std::uint32_t, Pages>> guests;
    for (const Moment& moment : random_moments(random)) {
      if (guests.count(moment.guest) == 0) {
        guests[moment.guest] = {importer.add_guest(moment.guest), {}};
      }
      auto& [number, before] = guests[moment.guest];
      const MomentCounts counts = hand_in(importer, number, moment);
      std::set<std::uint64_t> distinct, low;
      std::uint64_t zero = 0, changed = 0, vanished = 0;
      for (const auto& [page, content] : moment.pages) {
        distinct.insert(content);
        if (page < 1000) low.insert(content);
        zero += content == kZeroContent ? 1 : 0;
        changed += before.count(page) == 0 || before[page] != content ? 1 : 0;
      }
      for (const auto& entry : before) vanished += moment.pages.count(entry.first) == 0 ? 1 : 0;
      CHECK(counts.all.present == moment.pages.size());
      CHECK(counts.all.distinct == distinct.size());
      CHECK(counts.parts[0].distinct == low.size());
      CHECK(counts.all.zero == zero);
      CHECK(counts.all.changed == changed);
      CHECK(counts.vanished == vanished);
      before = moment.pages;
    }
  }
}

TEST_CASE("changes lie between their moments, and guests begin with their first") {
  Moment first{"a", seconds(10), {}}, second{"a", seconds(20), {}};
  for (std::uint64_t i = 0; i < 1000; ++i) {
    first.pages[i] = 1;
    second.pages[i] = 2 + i;
  }
  const Moment other{"b", seconds(15), {{0, 5}}};
  const auto operations = import({first, second, other}, options(1 << 20));
  const auto begins = all<input::Begin>(operations);
  REQUIRE(begins.size() == 2);
  CHECK(begins[0] == std::pair{seconds(10), input::Begin{MmId{0}, "a"}});
  CHECK(begins[1] == std::pair{seconds(15), input::Begin{MmId{1}, "b"}});
  std::set<Time> times;
  for (const auto& [at, write] : all<input::Write>(operations)) {
    if (write.range.mm == MmId{0} && at > seconds(10)) times.insert(at);
  }
  CHECK(*times.begin() > seconds(10));
  CHECK(*times.rbegin() <= seconds(20));
  CHECK(times.size() > 90);  // All over ten seconds, on multiples of 100 ms.

  const auto late = import({first, second, other}, options(1 << 20, Placement::later));
  CHECK(all<input::Write>(late).back().first == seconds(20));
}

TEST_CASE("many equal pages in a row become a write that lists nothing") {
  Moment moment{"a", seconds(0), {}};
  for (std::uint64_t i = 0; i < 10'000; ++i) moment.pages[i] = i < 100 || i > 9900 ? i + 1 : 0;
  const auto writes = all<input::Write>(import({moment}, options(1 << 20)));
  REQUIRE(writes.size() == 3);
  CHECK(writes[0].second.contents.each.size() == 100);
  CHECK(writes[1].second.contents.each.empty());
  CHECK(writes[1].second.range.count.value == 9801);
  CHECK(writes[2].second.contents.each.size() == 99);
}

TEST_CASE("memory that comes is mapped before it is written, what goes is unmapped") {
  Importer importer(options(1 << 20));
  const auto guest = importer.add_guest("a");
  const auto moment = [&](std::int64_t at, const std::vector<Range>& layout) {
    importer.begin_moment(guest, seconds(at));
    for (const Range& range : layout) {
      for (std::uint64_t i = 0; i < range.count.value; ++i) {
        const PageIndex page = range.start + PageCount{i};
        REQUIRE(importer.add(page, page.value + static_cast<std::uint64_t>(at), {}, 0).ok());
      }
    }
    REQUIRE(importer.end_moment(layout).ok());
  };
  moment(0, {{PageIndex{0}, PageCount{10}}, {PageIndex{20}, PageCount{10}}});
  moment(5, {{PageIndex{5}, PageCount{20}}, {PageIndex{40}, PageCount{1}}});
  const auto operations = finished(importer);
  std::vector<std::pair<Time, input::PageRange>> maps, unmaps;
  for (const auto& [at, op] : all<input::Map>(operations)) maps.emplace_back(at, op.range);
  for (const auto& [at, op] : all<input::Unmap>(operations)) unmaps.emplace_back(at, op.range);
  const auto range = [](std::uint64_t start, std::uint64_t count) {
    return input::PageRange{MmId{0}, PageIndex{start}, PageCount{count}};
  };
  const Time soon = kStart + Duration{1};
  CHECK(maps == std::vector<std::pair<Time, input::PageRange>>{{kStart, range(0, 10)},
                                                               {kStart, range(20, 10)},
                                                               {soon, range(10, 10)},
                                                               {soon, range(40, 1)}});
  CHECK(unmaps == std::vector<std::pair<Time, input::PageRange>>{{seconds(5), range(0, 5)},
                                                                 {seconds(5), range(25, 5)}});
}

TEST_CASE("a temporary file that cannot be made or written ends the import with an error") {
  ImportOptions cannot = options(24);
  cannot.open_temp = []() -> Result<std::unique_ptr<std::iostream>> { return Error{"no room"}; };
  Importer importer(cannot);
  importer.begin_moment(importer.add_guest("a"), kStart);
  REQUIRE(importer.add(PageIndex{0}, 1, {}, 0).ok());
  const auto r = importer.add(PageIndex{1}, 2, {}, 0);
  REQUIRE(!r.ok());
  CHECK(r.error().text == "no room");

  cannot.open_temp = []() -> Result<std::unique_ptr<std::iostream>> {
    return std::unique_ptr<std::iostream>{std::make_unique<std::iostream>(nullptr)};
  };
  Importer other(cannot);
  other.begin_moment(other.add_guest("a"), kStart);
  REQUIRE(other.add(PageIndex{0}, 1, {}, 0).ok());
  CHECK_THAT(other.add(PageIndex{1}, 2, {}, 0).error().text,
             Catch::Matchers::StartsWith("a temporary file cannot be written"));
}
