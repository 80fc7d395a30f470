// What equal contents allow, and why what is equal is not merged: read off the truth and off what
// ksmd remembers, at one moment.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/host/machine.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

// Looks at every page, several times; memory as content_groups.hpp says. Guests get their names by
// MmId, as far as there are any.
results::Duplicates find_duplicates(const Machine& machine,
                                    const std::vector<std::string>& names = {});
// The same, with so many sites kept at a time.
results::Duplicates find_duplicates(const Machine& machine, const std::vector<std::string>& names,
                                    std::size_t bucket);

}  // namespace ksmsim::host
