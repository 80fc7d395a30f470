// The patterns of contents for which ksmd's CPU time was measured, one batch a pass:
//   unique     no two pages are equal, in random order
//   ordered    no two pages are equal, in ascending order
//   groups:G   each content G times, in random order
//   zero       all zero bytes, use_zero_pages 0; zero:1 the same with use_zero_pages 1
//   rewritten  unique, and every page gets a new content before each pass
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "sim/cost/work.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

struct CpuPattern {
  std::string name;
  std::uint64_t pages = 0;
  std::string differ_at;  // "first" or "last": 8 bytes of the page tell it from others.
};

// The work of this pass (from 1) over such pages, with smart_scan 0.
Result<cost::Work> work_of_pass(const CpuPattern& pattern, int pass, const ksm::Traits& traits);

}  // namespace ksmsim::cli
