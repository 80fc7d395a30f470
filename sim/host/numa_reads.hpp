// Whether guests read merged pages on their own NUMA node or across: what merge_across_nodes costs.
//
// A guest's own node is where the first of its pages come from that have a policy, otherwise node
// 0. Units: reads of a page. A value.
#pragma once
#include <cstdint>

#include "sim/input/operation.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::host {

class NumaReads {
 public:
  // Counts the reads of pages that are merged; to be called when they have been carried out.
  void count(const mem::HostMemory& memory, const input::Read& read) {
    const auto& policies = memory.space(read.range.mm).nodes.extents();
    const NumaNode own = policies.empty() ? NumaNode{0} : policies.front().value;
    for (PageIndex page = read.range.start; page < read.range.end(); ++page.value) {
      const auto site = memory.find_site(read.range.mm, page);
      if (!site || !memory.has_page(*site) || !memory.is_ksm(*site)) continue;
      (memory.node_of(*site) == own ? local_ : remote_) += static_cast<std::int64_t>(read.times);
    }
  }
  std::int64_t local() const { return local_; }
  std::int64_t remote() const { return remote_; }

 private:
  std::int64_t local_ = 0;
  std::int64_t remote_ = 0;
};

}  // namespace ksmsim::host
