// What `ksmsim verify` says before and after.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "live/machine.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

// The kernel, the profile chosen for it and its rules one by one, and what the machine lacks.
std::string assumptions_text(const live::Machine& machine, const ksm::Traits& traits);
// The rules alone, a line each; the releases they stand for and how far they are known first.
std::string traits_text(const ksm::Traits& traits);

// What came of the scripts of one family.
struct FamilyResult {
  std::string family;
  std::size_t scripts = 0, rows = 0;
  std::size_t unsteady = 0;  // The kernel's own rows were not the same twice; the second are taken.
  std::size_t differ = 0;
};
// As a table, with the sum.
std::string results_text(const std::vector<FamilyResult>& results);

}  // namespace ksmsim::cli
