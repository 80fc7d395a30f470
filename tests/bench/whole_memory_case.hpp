// How much memory a page costs the whole program: the peak of `ksmsim run` and of `ksmsim --trace`
// from start to end, above that of the same with next to no pages, divided by the pages.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "tests/bench/memory_case.hpp"

namespace ksmsim::bench {

enum class Way : std::uint8_t { scenario, trace };
std::string name_of(Way way);

// Two guests, by `mix` without equal pages or with the same ones.
struct WholeMemoryCase {
  Way way = Way::scenario;
  Mix mix = Mix::unshared;  // Or merged.
  std::uint64_t pages = 0;
};
std::vector<WholeMemoryCase> whole_memory_cases();
// Units: bytes a page.
double whole_bytes_per_page_max(Mix mix);

// Starts the program. An error, too, if ksmd did not come by twice.
Result<MemoryMeasured> measure_whole_memory(const std::string& ksmsim, const WholeMemoryCase& c);

}  // namespace ksmsim::bench
