// What ksmd took on the machines that are known, beside the stored prices: how far a prediction may
// be off on a machine that nobody measured.
//
// No run depends on it: only what is said about a figure comes from here.
#pragma once
#include <cstdint>
#include <span>

namespace ksmsim::viz {

// CPU time of ksmd for the same work, in percent of that of the stored prices (or of the machine
// that they were measured on).
struct Spread {
  std::uint32_t least_percent = 100;
  std::uint32_t most_percent = 100;
  bool operator==(const Spread&) const = default;
};

struct KnownMachine {
  const char* name;
  Spread spread;
  const char* evidence;  // "measured" or "cited".
  const char* source;    // Where the figures are, and which of them count.
};

std::span<const KnownMachine> known_machines();

// The least and the most of all of them.
Spread known_spread();

// The part of a core that ksmd uses (0 to 1) if its work takes `percent` of the time that it took
// where the part was `part`: it sleeps as long between two batches, so a slow machine makes fewer.
double part_at(double part, std::uint32_t percent);

}  // namespace ksmsim::viz
