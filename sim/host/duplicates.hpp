// What equal contents allow, and why what is equal is not merged: read off the truth and off what
// ksmd remembers, at one moment.
#pragma once
#include <string>
#include <vector>

#include "sim/host/machine.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

// Looks at every present page; time and memory grow with their number. Guests get their names by
// MmId, as far as there are any.
results::Duplicates find_duplicates(const Machine& machine,
                                    const std::vector<std::string>& names = {});

}  // namespace ksmsim::host
