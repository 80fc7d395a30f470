// A program started for a measurement, on one core, and what it took.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::bench {

struct Child {
  int status = 0;                // Exit status; 128 + signal.
  double wall_s = 0;             //
  double cpu_s = 0;              // Its own and the kernel's for it.
  std::uint64_t peak_bytes = 0;  // Of its memory.
  std::string said;              // Its stdout, and its stderr behind it.
};

// Runs it to its end. An error if it cannot be started.
Result<Child> run_child(const std::vector<std::string>& words);

}  // namespace ksmsim::bench
