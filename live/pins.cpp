#include "live/pins.hpp"

#include <linux/io_uring.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <cerrno>

#include "live/page_table.hpp"

namespace ksmsim::live {
namespace {

// One open file for each pinned page.
void allow_many_files() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int Pins::pin(std::uint64_t start, std::uint64_t count) {
  allow_many_files();
  for (std::uint64_t page = start; page < start + count; ++page) {
    io_uring_params options = {};
    Descriptor ring{static_cast<int>(syscall(SYS_io_uring_setup, 1U, &options))};
    if (!ring.open()) return errno;
    const iovec buffer{page_address(page), kPageBytes};
    if (syscall(SYS_io_uring_register, ring.get(), IORING_REGISTER_BUFFERS, &buffer, 1U) != 0) {
      return errno;
    }
    // What was pinned here before may have been discarded since: another page is here then.
    if (const int error = let_go(page, 1); error != 0) return error;
    rings_.emplace(page, std::move(ring));
  }
  return 0;
}

int Pins::let_go(std::uint64_t start, std::uint64_t count) {
  const auto first = rings_.lower_bound(start), last = rings_.lower_bound(start + count);
  for (auto at = first; at != last; ++at) {
    // Closing alone would let go some time later.
    const int ring = at->second.get();
    if (syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, nullptr, 0U) != 0) {
      return errno;
    }
  }
  rings_.erase(first, last);
  return 0;
}

}  // namespace ksmsim::live
