// Which scripts `ksmsim verify` carries out: files, and random ones.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "live/machine.hpp"
#include "live/random/abilities.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::cli {

struct VerifyScript {
  std::string name;    // As the file without folder and .ksm, or PROFILE-SEED.
  std::string family;  // Of random ones; "given" of others.
  std::string again;   // How to call ksmsim for this script alone.
  std::string text;
};

struct RandomScripts {
  std::uint64_t count = 0;
  std::uint64_t seed = 1;  // Of the first; each has the next one.
  std::uint64_t scale = 1;
  std::string profile;  // Empty: all that the machine is able to, by turns.
};

// An Error if a file cannot be read.
Result<std::vector<VerifyScript>> read_scripts(const std::vector<std::string>& paths);
// An Error if there is no such profile or the machine lacks what it needs.
Result<std::vector<VerifyScript>> make_scripts(const RandomScripts& wanted,
                                               const live::random::Abilities& has);

live::random::Abilities abilities_of(const live::Machine& machine);

struct LeftOut {
  std::string name;
  std::string needs;  // Of what the machine lacks, with commas between.
};
// Takes out the scripts that need what the machine lacks, and returns what they were.
std::vector<LeftOut> leave_out(std::vector<VerifyScript>& scripts,
                               const live::random::Abilities& has);

// The profiles that this machine cannot do, with commas between.
std::string left_out(const live::random::Abilities& has);

}  // namespace ksmsim::cli
