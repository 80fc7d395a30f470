// The frozen snapshot of three real guests (tests/data/guests-frozen).
#include <catch2/catch.hpp>
#include <set>

#include "tests/snapshots/made_up.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::snapshots;

namespace {

Dataset frozen_guests() {
  auto data = load_dataset(std::string(KSMSIM_TEST_DATA) + "/guests-frozen");
  INFO((data ? "" : data.error().text));
  REQUIRE(data.ok());
  return *std::move(data);
}

// How often each content is there.
std::map<std::uint64_t, std::uint64_t> histogram(const made_up::Operations& operations) {
  std::map<std::uint64_t, std::uint64_t> contents;
  for (const auto& [at, write] : made_up::all<input::Write>(operations)) {
    for (std::uint64_t i = 0; i < write.range.count.value; ++i) ++contents[write.contents.of(i)];
  }
  return contents;
}

made_up::Operations import_frozen(const Dataset& data, Numbering numbering) {
  made_up::Kept kept;
  const auto report =
      import_snapshot(data, data.frozen->snapshot, data.frozen->scan_order, numbering, kept.sink());
  REQUIRE(report.ok());
  CHECK(report->changes == 179185);
  return kept.operations;
}

}  // namespace

TEST_CASE("the frozen snapshot comes with its scan order and its runs") {
  const Dataset data = frozen_guests();
  REQUIRE(data.frozen);
  CHECK(data.frozen->scan_order == std::vector<std::uint32_t>{1, 0, 2});
  REQUIRE(data.frozen->runs.size() == 4);
  const FrozenRun& zero = data.frozen->runs[1];
  CHECK(zero.name == "zero");
  CHECK(zero.knobs.size() == 7);
  REQUIRE(zero.passes.size() == 4);
  REQUIRE(zero.passes[1].find("ksm_zero_pages") != nullptr);
  CHECK(*zero.passes[1].find("ksm_zero_pages") == 16504);
  CHECK(zero.passes[1].find("no such counter") == nullptr);
}

TEST_CASE("the frozen guests hold what the real kernel counted") {
  const Dataset data = frozen_guests();
  const auto operations = import_frozen(data, Numbering::hashes);
  const auto begins = made_up::all<input::Begin>(operations);
  REQUIRE(begins.size() == 3);
  CHECK(begins[0].second.name == "g2");
  CHECK(begins[1].second.name == "g1");
  CHECK(begins[2].second.name == "g3");
  const auto contents = histogram(operations);
  CHECK(contents.size() == 109586);
  CHECK(contents.at(0) ==
        static_cast<std::uint64_t>(*data.frozen->runs[1].passes[1].find("ksm_zero_pages")));
  std::int64_t unshared = 0;
  for (const auto& [content, pages] : contents) unshared += pages == 1 ? 1 : 0;
  CHECK(unshared == *data.frozen->runs[0].passes[1].find("pages_unshared"));
}

TEST_CASE("renumbered contents are as equal and in the same order as the hashes") {
  const Dataset data = frozen_guests();
  const auto hashes = import_frozen(data, Numbering::hashes);
  const auto ranks = import_frozen(data, Numbering::ranks);
  REQUIRE(hashes.size() == ranks.size());
  std::map<std::uint64_t, std::uint64_t> rank_of;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const auto* hash = std::get_if<input::Write>(&hashes[i].operation);
    if (hash == nullptr) continue;
    const auto& rank = std::get<input::Write>(ranks[i].operation);
    REQUIRE(rank.range == hash->range);
    for (std::uint64_t page = 0; page < hash->range.count.value; ++page) {
      const auto at = rank_of.emplace(hash->contents.of(page), rank.contents.of(page)).first;
      REQUIRE(at->second == rank.contents.of(page));
    }
  }
  CHECK(rank_of.at(0) == 0);
  std::uint64_t expected = 0;
  for (const auto& [hash, rank] : rank_of) REQUIRE(rank == expected++);
}
