// The blast radius of what is merged: how many pages it would take if it diverged.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/host/machine.hpp"
#include "sim/results/storm.hpp"

namespace ksmsim::host {

// Looks at every merged page, several times; memory as content_groups.hpp says. `names` are the
// guests' by MmId.
//
// A write to a merged page takes a page of its own; the KSM page goes when the last has left it. So
// a KSM page of m sites, k of them of a class, takes k pages if the class diverges, and one less if
// that is all of them. A page of zeros put there by KSM takes one always.
results::Storm find_storm(const Machine& machine, const std::vector<std::string>& names);
// The same, with so many sites kept at a time.
results::Storm find_storm(const Machine& machine, const std::vector<std::string>& names,
                          std::size_t bucket);

}  // namespace ksmsim::host
