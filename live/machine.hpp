// What this machine's kernel is, and what scripts can ask of it. Looks only, and leaves nothing
// behind.
#pragma once
#include <string>
#include <vector>

namespace ksmsim::live {

struct Machine {
  // Something that some scripts need and that is not here: what, why, and how it would be.
  struct Lack {
    std::string what;
    std::string why;
  };
  std::string release;  // As uname -r says it.
  bool huge_pages = false;
  bool pins = false;
  bool nodes = false;  // Two or more.
  bool swap = false;
  bool reclaim = false;  // memory.reclaim, which sends all pages of a process to swap.
  std::vector<Lack> lacks;
};

// The release of the running kernel, as uname -r says it.
std::string kernel_release();

Machine look_at_machine();

}  // namespace ksmsim::live
