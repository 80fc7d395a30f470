// How much memory a page costs the engine (whole_memory_case.hpp: the whole program): growth of the
// peak of a fresh process's memory from before pages are mapped to the end of two passes, divided
// by the mapped pages.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::bench {

enum class Mix : std::uint8_t {
  unshared,  // No two pages are equal.
  merged,    // Each content twice.
  example    // As the example's guests: 44 % unshared, 17 % shared, 39 % sharing.
};
inline constexpr Mix kMixes[] = {Mix::unshared, Mix::merged, Mix::example};
std::string name_of(Mix mix);  // A word, also on the command line.

struct MemoryCase {
  Mix mix = Mix::unshared;
  std::uint64_t pages = 0;
};
inline constexpr double kBytesPerPageMax = 48;
std::vector<MemoryCase> memory_cases();

struct MemoryMeasured {
  double bytes_per_page = 0;
  double seconds = 0;  // CPU, for making the pages and both passes.
};

// Measures in this process, which has to be a fresh one, and prints the figures for the parent.
int run_memory_case(const MemoryCase& c);
// Starts this program again for the case.
Result<MemoryMeasured> measure_memory(const MemoryCase& c);

}  // namespace ksmsim::bench
