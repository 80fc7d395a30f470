#include <algorithm>

#include "models/region.hpp"
#include "models/regions/balloon.hpp"
#include "models/regions/database_pool.hpp"
#include "models/regions/encrypted.hpp"
#include "models/regions/heap.hpp"
#include "models/regions/image.hpp"
#include "models/regions/jvm_heap.hpp"
#include "models/regions/page_cache.hpp"
#include "models/regions/zeroed.hpp"

namespace ksmsim::models {

const std::vector<RegionKind>& region_kinds() {
  static const std::vector<RegionKind> kinds{image_kind(),   heap_kind(),     page_cache_kind(),
                                             zeroed_kind(),  jvm_heap_kind(), database_pool_kind(),
                                             balloon_kind(), encrypted_kind()};
  return kinds;
}

const RegionKind* find_region_kind(std::string_view name) {
  const auto& kinds = region_kinds();
  const auto at = std::find_if(kinds.begin(), kinds.end(),
                               [name](const RegionKind& kind) { return kind.name == name; });
  return at == kinds.end() ? nullptr : &*at;
}

}  // namespace ksmsim::models
