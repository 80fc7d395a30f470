#include "models/block_cache.hpp"

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

using namespace ksmsim;
using namespace ksmsim::models;

TEST_CASE("a cache fills its slots in order and then lets go of what is not used again") {
  BlockCache cache(3, 10);
  CHECK(cache.insert(5) == 0);
  CHECK(cache.insert(6) == 1);
  CHECK(cache.insert(7) == 2);
  cache.use(cache.slot_of(5));
  CHECK(cache.insert(8) == 1);
  CHECK(cache.slot_of(6) == BlockCache::kNone);
  CHECK(cache.slot_of(5) == 0);
  CHECK(cache.slot_of(8) == 1);
}

TEST_CASE("a slot and its block know each other whatever comes") {
  BlockCache cache(50, 200);
  RandomStream random(3, "cache");
  for (int i = 0; i < 5000; ++i) {
    const auto block = static_cast<BlockCache::Block>(random.below(200));
    const BlockCache::Slot slot = cache.slot_of(block);
    if (slot == BlockCache::kNone) {
      cache.insert(block);
    } else {
      cache.use(slot);
    }
  }
  std::uint32_t present = 0;
  for (BlockCache::Block block = 0; block < 200; ++block) {
    const BlockCache::Slot slot = cache.slot_of(block);
    if (slot == BlockCache::kNone) continue;
    ++present;
    CHECK(cache.block_in(slot) == block);
  }
  CHECK(present == 50);
}
