// Who has mergeable memory on this machine, for messages.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace ksmsim::live {

struct KsmUser {
  pid_t process = 0;
  std::string name;
};
// Processes that KSM knows, by their numbers; none if the kernel does not tell (before 6.1).
std::vector<KsmUser> ksm_users();
// "qemu (1234), web (77)"; empty for none.
std::string in_words(const std::vector<KsmUser>& users);

}  // namespace ksmsim::live
