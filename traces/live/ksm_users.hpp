// Who has mergeable memory on this machine, for messages.
#pragma once
#include <string>

namespace ksmsim::traces::live {

// "qemu (1234), web (77)": processes that KSM knows; empty if there are none, or if the kernel does
// not tell (before 6.1).
std::string ksm_users();

}  // namespace ksmsim::traces::live
