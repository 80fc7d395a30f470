// The patterns of contents for which ksmd's CPU time was measured, one batch a pass:
//   unique     no two pages are equal, in random order
//   ordered    no two pages are equal, in ascending order
//   groups:G   each content G times, in random order
//   chains:G   the same with max_page_sharing 2: chains of G / 2 full pages
//   zero       all zero bytes, use_zero_pages 0; zero:1 the same with use_zero_pages 1
//   rewritten  unique, and every page gets a new content before each pass
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/cost/work.hpp"
#include "sim/input/operation.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

struct CpuPattern {
  std::string name;
  std::uint64_t pages = 0;
  std::string differ_at;  // "first" or "last": 8 bytes of the page tell it from others.
};

// The knobs that it is for, beside smart_scan 0 and a pages_to_scan above all pages; others are at
// their defaults.
std::vector<input::SetKnob> knobs_of(const CpuPattern& pattern);
// What is written to the pages before this pass (from 1); nothing if they stay as they are.
// REQUIRES: the pattern is known.
std::vector<std::uint64_t> contents_before(const CpuPattern& pattern, int pass);

// The work of this pass (from 1) over such pages, with smart_scan 0.
Result<cost::Work> work_of_pass(const CpuPattern& pattern, int pass, const ksm::Traits& traits);

}  // namespace ksmsim::cli
