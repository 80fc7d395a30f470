#include <catch2/catch.hpp>
#include <cstdint>

#include "sim/base/random.hpp"
#include "sim/mem/address_space.hpp"

namespace ksmsim::mem {

TEST_CASE("absent blocks are as many entries as the largest tables that hold nothing else") {
  // Table by table: from each block on the largest that begins there and ends in time.
  const auto one_by_one = [](std::uint64_t from, std::uint64_t to) {
    std::uint64_t entries = 0;
    for (; from < to; ++entries) {
      std::uint64_t size = 1;
      while (from % (size * kBlockPages) == 0 && from + size * kBlockPages <= to) {
        size *= kBlockPages;
      }
      from += size;
    }
    return entries;
  };
  CHECK(absent_entries(3, 3) == 0);
  CHECK(absent_entries(3, 5) == 2);
  CHECK(absent_entries(0, 512) == 1);
  CHECK(absent_entries(1, 513) == 512);
  CHECK(absent_entries(0, std::uint64_t{1} << 24) == 64);  // 32 TiB.
  RandomStream random(1, "holes");
  for (int i = 0; i < 500; ++i) {
    const std::uint64_t to = random.below(std::uint64_t{1} << 27);
    const std::uint64_t from = random.below(to + 1) >> random.below(20);
    INFO(from << " to " << to);
    CHECK(absent_entries(from, to) == one_by_one(from, to));
  }
}

}  // namespace ksmsim::mem
