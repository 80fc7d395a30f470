#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/chunked_vector.hpp"
#include "sim/base/digest.hpp"
#include "sim/base/extent_map.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/mix.hpp"
#include "sim/base/random.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace ksmsim {
namespace {

PageIndex page(std::uint64_t n) { return PageIndex{n}; }

// The dull twin of an ExtentMap: every page by itself.
using PageMap = std::map<std::uint64_t, int>;

// The first difference in what both say of pages below `pages`, or "".
std::string difference(const ExtentMap<int>& extents, const PageMap& model, std::uint64_t pages) {
  for (std::uint64_t p = 0; p < pages; ++p) {
    const int* value = extents.find(page(p));
    const auto at = model.find(p);
    if ((value == nullptr) != (at == model.end())) return "page " + std::to_string(p) + " missing";
    if (value != nullptr && *value != at->second) return "value of page " + std::to_string(p);
  }
  return "";
}

// Which invariant of extent_map.hpp is broken, or "".
std::string broken_invariant(const ExtentMap<int>& map) {
  for (std::size_t i = 0; i < map.extents().size(); ++i) {
    const auto& extent = map.extents()[i];
    if (extent.start >= extent.end) return "an empty extent";
    if (i == 0) continue;
    const auto& before = map.extents()[i - 1];
    if (before.end > extent.start) return "extents overlap";
    if (before.end == extent.start && before.value == extent.value) return "not grown together";
  }
  return "";
}

bool model_covers(const PageMap& model, std::uint64_t start, std::uint64_t end) {
  for (; start < end; ++start) {
    if (!model.contains(start)) return false;
  }
  return true;
}

bool model_touches(const PageMap& model, std::uint64_t start, std::uint64_t end) {
  const auto at = model.lower_bound(start);
  return at != model.end() && at->first < end;
}

}  // namespace

TEST_CASE("an ExtentMap holds what a map of single pages holds, whatever is set and cleared") {
  constexpr std::uint64_t kPages = 40;
  const auto seed = GENERATE(range(std::uint64_t{0}, std::uint64_t{20}));
  RandomStream random(seed, "extent map");
  ExtentMap<int> map;
  PageMap model;
  for (int step = 0; step < 500; ++step) {
    const std::uint64_t start = random.below(kPages);
    const std::uint64_t end = random.between(start + 1, kPages);
    if (random.chance(1, 3)) {
      map.clear(page(start), page(end));
      model.erase(model.lower_bound(start), model.lower_bound(end));
    } else {
      const int value = static_cast<int>(random.below(3));
      map.set(page(start), page(end), value);
      for (std::uint64_t p = start; p < end; ++p) model[p] = value;
    }
    INFO("seed " << seed << ", step " << step);
    REQUIRE(broken_invariant(map).empty());
    REQUIRE(difference(map, model, kPages + 1).empty());
    REQUIRE(map.empty() == model.empty());

    const std::uint64_t from = random.below(kPages);
    const std::uint64_t to = random.between(from + 1, kPages + 5);
    REQUIRE(map.covers(page(from), page(to)) == model_covers(model, from, to));
    REQUIRE(map.touches(page(from), page(to)) == model_touches(model, from, to));
    const auto at = map.at_or_after(page(from));
    const auto model_at = model.lower_bound(from);
    REQUIRE((at == map.extents().end()) == (model_at == model.end()));
    if (model_at != model.end()) {
      REQUIRE(std::max(at->start, page(from)) == page(model_at->first));
    }
  }
}

TEST_CASE("extents with equal values grow together when the gap between them is filled") {
  ExtentMap<int> map;
  map.set(page(0), page(10), 7);
  map.set(page(20), page(30), 7);
  REQUIRE(map.extents().size() == 2);
  map.set(page(10), page(20), 7);
  REQUIRE(map.extents().size() == 1);
  CHECK(map.extents()[0].start == page(0));
  CHECK(map.extents()[0].end == page(30));
}

TEST_CASE("clearing the middle of an extent leaves both ends with their value") {
  ExtentMap<int> map;
  map.set(page(0), page(10), 7);
  map.clear(page(4), page(6));
  REQUIRE(map.extents().size() == 2);
  CHECK(*map.find(page(3)) == 7);
  CHECK(map.find(page(4)) == nullptr);
  CHECK(map.find(page(5)) == nullptr);
  CHECK(*map.find(page(6)) == 7);
}

TEST_CASE("a ChunkedVector holds what a vector holds, and its elements never move") {
  ChunkedVector<std::uint32_t, 8> chunked;
  std::vector<std::uint32_t> model;
  std::vector<const std::uint32_t*> places;
  RandomStream random(1, "chunked vector");
  for (std::uint32_t i = 0; i < 100; ++i) {
    if (random.chance(1, 4)) {
      const std::size_t size = model.size() + random.below(20);
      chunked.grow_to(size);
      model.resize(size);
    } else {
      chunked.push_back(i);
      model.push_back(i);
    }
    for (std::size_t at = places.size(); at < model.size(); ++at) places.push_back(&chunked[at]);
  }
  REQUIRE(chunked.size() == model.size());
  for (std::size_t i = 0; i < model.size(); ++i) {
    CHECK(chunked[i] == model[i]);
    CHECK(&chunked[i] == places[i]);
  }
}

TEST_CASE("a ChunkedVector never shrinks") {
  ChunkedVector<int, 4> vector;
  vector.grow_to(9);
  vector[8] = 5;
  vector.grow_to(3);
  REQUIRE(vector.size() == 9);
  CHECK(vector[8] == 5);
}

TEST_CASE("a copy of a ChunkedVector goes its own way") {
  ChunkedVector<int, 4> original;
  for (int i = 0; i < 10; ++i) original.push_back(i);
  ChunkedVector<int, 4> copy = original;
  original[9] = 100;
  copy[0] = 200;
  CHECK(copy[9] == 9);
  CHECK(original[0] == 0);

  ChunkedVector<int, 4> assigned;
  assigned.push_back(-1);
  assigned = copy;
  copy[1] = 300;
  REQUIRE(assigned.size() == 10);
  CHECK(assigned[0] == 200);
  CHECK(assigned[1] == 1);
}

TEST_CASE("a RandomStream gives the same numbers everywhere") {
  RandomStream random(1, "golden");
  CHECK(random.next() == 0x0883762f639ab716u);
  CHECK(random.next() == 0xab98be6ad95c7126u);
  CHECK(random.below(1000) == 830);
  CHECK(random.between(50, 60) == 53);
}

TEST_CASE("another seed or another name is another RandomStream") {
  RandomStream random(1, "writes");
  RandomStream again(1, "writes");
  RandomStream other_name(1, "reads");
  RandomStream other_seed(2, "writes");
  const std::uint64_t first = random.next();
  CHECK(again.next() == first);
  CHECK(other_name.next() != first);
  CHECK(other_seed.next() != first);
}

TEST_CASE("numbers below an end are spread evenly, also when the end is no power of two") {
  // 7000 draws into 7 bins: 1000 each, standard deviation 29.3; six of them are allowed. The seed
  // is fixed, so that this holds for ever or never.
  RandomStream random(3, "uniform");
  std::array<int, 7> bins{};
  for (int i = 0; i < 7000; ++i) ++bins.at(random.below(7));
  for (const int count : bins) {
    CHECK(count > 824);
    CHECK(count < 1176);
  }
}

TEST_CASE("numbers below an end of more than 63 bits do not favour the low ones") {
  // Taken modulo 3 * 2^62, numbers below 2^62 would come up half of the time instead of a third.
  RandomStream random(3, "uniform");
  const std::uint64_t third = std::uint64_t{1} << 62;
  int low = 0;
  for (int i = 0; i < 3000; ++i) {
    if (random.below(3 * third) < third) ++low;
  }
  CHECK(low > 845);
  CHECK(low < 1155);
}

TEST_CASE("a number between two bounds reaches both of them and nothing else") {
  RandomStream random(4, "bounds");
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 200; ++i) ++seen[random.between(5, 8)];
  CHECK(seen.size() == 4);
  CHECK(seen.begin()->first == 5);
  CHECK(seen.rbegin()->first == 8);
  CHECK(random.between(9, 9) == 9);
}

TEST_CASE("a chance of none never happens and a chance of all always does") {
  RandomStream random(5, "chance");
  int none = 0;
  int all = 0;
  int quarter = 0;
  for (int i = 0; i < 1000; ++i) {
    none += random.chance(0, 4) ? 1 : 0;
    all += random.chance(4, 4) ? 1 : 0;
    quarter += random.chance(1, 4) ? 1 : 0;
  }
  CHECK(none == 0);
  CHECK(all == 1000);
  CHECK(quarter > 168);
  CHECK(quarter < 332);
}

TEST_CASE("mix64 maps zero to zero and is the finaliser of splitmix64") {
  CHECK(mix64(0) == 0);
  // The first output of splitmix64 with state 0, as published with the generator.
  CHECK(mix64(0x9e3779b97f4a7c15u) == 0xe220a8397b1dcdafu);
}

TEST_CASE("a Digest gives the same number everywhere") {
  Digest digest;
  CHECK(digest.value() == 0);
  digest.add(std::uint64_t{1});
  digest.add("ksm");
  CHECK(digest.value() == 0xaa2550087ee3cfb4u);
}

TEST_CASE("a Digest sees the order of what is added and where a text ends") {
  const auto of_texts = [](std::string_view a, std::string_view b) {
    Digest digest;
    digest.add(a);
    digest.add(b);
    return digest.value();
  };
  CHECK(of_texts("a", "b") != of_texts("b", "a"));
  CHECK(of_texts("ab", "c") != of_texts("a", "bc"));
  CHECK(of_texts("", "a") != of_texts("a", ""));

  Digest once;
  once.add(std::uint64_t{0});
  Digest twice = once;
  CHECK(once.value() == twice.value());
  twice.add(std::uint64_t{0});
  CHECK(once.value() != twice.value());
}

TEST_CASE("a Result is its value or its error") {
  const Result<int> good = 5;
  REQUIRE(good.ok());
  CHECK(*good == 5);

  const Result<int> bad = Error{"page 7: not mapped"};
  REQUIRE_FALSE(bad);
  CHECK(bad.error().text == "page 7: not mapped");

  const Result<void> done;
  CHECK(done.ok());
  const Result<void> failed = Error{"no"};
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().text == "no");
}

TEST_CASE("a place is put in front of an error, the outermost first") {
  const Error error{"not a number"};
  CHECK(error.in("line 3").in("a.ksm").text == "a.ksm: line 3: not a number");
}

TEST_CASE("a value moves out of a Result that is given away") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(4);
  const std::unique_ptr<int> value = *std::move(result);
  REQUIRE(value != nullptr);
  CHECK(*value == 4);
}

TEST_CASE("numbers of different kinds neither mix nor convert") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<MmId, FrameId>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::uint32_t, MmId>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<PageIndex, PageCount>);
  STATIC_REQUIRE(std::is_same_v<decltype(PageIndex{9} - PageIndex{4}), PageCount>);
  CHECK(PageIndex{9} - PageIndex{4} == PageCount{5});
  CHECK(PageIndex{4} + PageCount{5} == PageIndex{9});
  CHECK(MmId{1} < MmId{2});
}

TEST_CASE("a time of so many nanoseconds says so again") {
  CHECK(nanoseconds(kStart) == 0);
  CHECK(nanoseconds(at_nanoseconds(1'500'000'000)) == 1'500'000'000);
  CHECK(at_nanoseconds(1) < kNever);
}

}  // namespace ksmsim
