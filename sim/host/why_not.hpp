// Why single pages are not merged, though others hold the same: a verdict on each page of a group
// of equal ones.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/host/machine.hpp"
#include "sim/results/duplicates.hpp"

namespace ksmsim::host {

// An ordinary page of a group that is not merged, or a KSM page beside the first one.
struct Verdict {
  SiteId site;
  results::WhyNot why = results::WhyNot::not_reached;
  std::optional<results::Detail> detail;
};

// What ksmd's memory of a page that is not merged tells.
results::Detail detail_of(const Machine& machine, SiteId site);

// What keeps apart pages that hold the same: a verdict for each page that could go. `frames` has a
// site for each page of the group, frames that several sites map once. Which of the pages stays
// goes by `draw`. REQUIRES: frames have pages, all with one content.
std::vector<Verdict> judge_group(const Machine& machine, std::span<const SiteId> frames,
                                 std::uint64_t draw);

}  // namespace ksmsim::host
