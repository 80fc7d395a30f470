#include "live/lru_caches.hpp"

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "live/sys_file.hpp"
#include "sim/base/ids.hpp"

namespace ksmsim::live {

// Moving a page to another place flushes the lists first; there need not be a page. (Dropping the
// page cache does it too, in tens of milliseconds.)
Result<void> drain_lru_caches() {
  static void* const absent =
      mmap(nullptr, kPageBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  void* page = absent;
  int node = 0, status = 0;
  if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, MPOL_MF_MOVE) < 0) {
    return system_error("move_pages", errno);
  }
  return {};
}

}  // namespace ksmsim::live
