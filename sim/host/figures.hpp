// What a machine shows of itself at a moment: its counters, what is true whatever they say, and
// each guest's ksm_stat. Read only.
#pragma once
#include <string>

#include "sim/host/machine.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

// A sample as far as the machine has it: all but ksmd's time, its passes, and the host's figures.
results::Sample sample_of(const Machine& machine, Time now);

// What /proc/PID/ksm_stat shows of a guest, and how many pages it holds; looks at every page.
results::Guest ksm_stat_of(const Machine& machine, MmId mm, const std::string& name);

}  // namespace ksmsim::host
