// Why single pages are not merged, though others hold the same: a verdict on each page of a group
// of equal ones.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "sim/host/content_groups.hpp"
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

// What keeps apart pages that hold the same: calls `tell` with a verdict for each page that could
// go. Which of the pages stays goes by `draw`.
using TellVerdict = std::function<void(const Verdict&)>;
void judge_group(const Machine& machine, const ContentGroup& group, std::uint64_t draw,
                 const TellVerdict& tell);

}  // namespace ksmsim::host
