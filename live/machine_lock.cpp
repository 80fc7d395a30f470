#include "live/machine_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "live/interrupt.hpp"
#include "live/sys_file.hpp"

namespace ksmsim::live {
namespace {

const char* const kFolder = "/var/lock";
const std::string kFile = std::string(kFolder) + "/ksm.lock";
constexpr useconds_t kLockPauseUs = 100'000;

}  // namespace

Result<Descriptor> lock_machine(IfLocked if_locked) {
  // There already on all but the smallest systems.
  mkdir("/var", 0755);
  mkdir(kFolder, 0755);
  Descriptor lock{open(kFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!lock.open()) return system_error(kFile, errno);
  while (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error(kFile, errno);
    if (if_locked == IfLocked::refuse) {
      return Error{kFile + " is locked: another program steps this machine's KSM"};
    }
    if (auto r = Interrupt::check(); !r) return r.error();
    usleep(kLockPauseUs);
  }
  return lock;
}

}  // namespace ksmsim::live
