#include "viz/known_machines.hpp"

#include <algorithm>
#include <array>

namespace ksmsim::viz {
namespace {

// tests/viz/known_machines_test.cpp works the measured ones out again from the data that are named.
constexpr std::array<KnownMachine, 3> kMachines{{
    {"the machine of the stored prices (Xeon, guest of 2 CPUs, L3 105 MiB, Linux 6.18)",
     {106, 121},
     "measured",
     "docs/validation.md: guests' memory, recorded beside predicted, over whole runs"},
    {"AMD EPYC, guest of 2 CPUs, Linux 6.18",
     {92, 129},
     "measured",
     "tests/data/cpu/rates-epyc.csv beside tests/bench/rates.csv: the middle half of the cases"},
    {"a Proxmox host with 62 GB, 1250 pages every 26 and 200 ms",
     {46, 56},
     "cited",
     "its administrator's notes: 3.3 to 4 us of CPU for each page; 7.2 us are predicted"},
}};

}  // namespace

std::span<const KnownMachine> known_machines() { return kMachines; }

Spread known_spread() {
  Spread all = kMachines.front().spread;
  for (const KnownMachine& machine : kMachines) {
    all.least_percent = std::min(all.least_percent, machine.spread.least_percent);
    all.most_percent = std::max(all.most_percent, machine.spread.most_percent);
  }
  return all;
}

double part_at(double part, std::uint32_t percent) {
  const double busy = part * percent;
  const double asleep = (1 - part) * 100;
  return busy + asleep > 0 ? busy / (busy + asleep) : 0;
}

}  // namespace ksmsim::viz
