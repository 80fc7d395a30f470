// What one look at pages of a guest showed.
#pragma once
#include <cstdint>
#include <vector>

#include "live/capture/memory_reader.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "traces/page_hash.hpp"

namespace ksmsim::live::capture {

enum class Where : std::uint8_t {
  absent,   // Never touched, or given back.
  zeros,    // Maps the kernel's page of zeros: only read so far, or merged as a page of zeros.
  present,  // `content` is its identity.
  swapped,  // In swap: what it holds cannot be seen.
};

struct PageSight {
  Where where = Where::absent;
  std::uint64_t content = traces::kNoContent;  // If present or zeros.
  std::uint8_t node = 0;                       // If present and nodes are known.
  bool merged = false;  // KSM has merged it; looked at with the first sight only.
};

// Pages of one region that lie in one block of kBlockPages (aligned) pages.
struct BlockSight {
  PageIndex start;
  Time at;  // When they were read.
  std::vector<PageSight> pages;
  bool huge = false;         // All of the block is one huge page.
  bool nodes_known = false;  // The machine has several, and `node` is true.
};

}  // namespace ksmsim::live::capture
