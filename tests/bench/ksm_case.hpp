// The cases in which ksmd's CPU time was measured, so that ours is measured in the same: one
// process, one batch a pass, smart_scan 0, contents that differ in the first 8 bytes of a page
// (where they differ in the last 8, a real ksmd reads whole pages at each step and takes longer).
//
// A pass is counted from 0: the first one over new pages.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace ksmsim::bench {

enum class Contents : std::uint8_t {
  unique,     // No two pages are equal, in random order.
  ascending,  // No two pages are equal, in ascending order.
  rewritten,  // As unique, and every page gets a new content before each pass.
  groups,     // Each content `group` times, in random order.
  zeros       // All zero bytes.
};

enum class Again : std::uint8_t {
  next_pass,  // A further pass is the same work again.
  afresh      // The pages have to be made anew, and the passes before the measured one carried out.
};

struct KsmCase {
  std::string kind;  // Key of rates.csv and bounds.txt.
  std::string name;  // For people.
  Contents contents = Contents::unique;
  std::uint64_t group = 1;  // Pages of one content.
  std::uint64_t pages = 0;
  bool use_zero_pages = false;
  int pass = 0;  // The one that is measured.
  Again again = Again::afresh;
  double floor = 0;  // How many times as fast as ksmd we have to be; 0: not asked for.

  // How often it is measured.
  int repetitions() const;
  // Pages that ksmd visits in the measured pass.
  std::uint64_t visited() const;
};

std::vector<KsmCase> ksm_cases();

// What every page holds before this pass, as identities whose numeric order is the bytes' order.
std::vector<std::uint64_t> contents_of(const KsmCase& c, int pass);

}  // namespace ksmsim::bench
