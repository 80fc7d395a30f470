// What the pages of a script's address spaces are on the real kernel, for people who want to know
// why a row is as it is.
#pragma once
#include "live/live_lockstep.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::recorder {

// Prints on standard error, after a step: of each address space the runs of pages that are alike
// ("start+count kind"), and how much of it is mapped as huge pages (AnonHugePages).
Result<void> report_pages(const traces::Step& step, const live::Guests& guests);

}  // namespace ksmsim::recorder
