// What equal contents allow, and why what is equal is not merged: read off the truth and off what
// ksmd remembers, at one moment.
#pragma once
#include "sim/host/machine.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

// Looks at every present page; time and memory grow with their number.
results::Duplicates find_duplicates(const Machine& machine);

}  // namespace ksmsim::host
