#include "live/guest_memory.hpp"

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>

#include "live/page_table.hpp"

#ifndef MADV_COLD
#define MADV_COLD 20
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

namespace ksmsim::live {
namespace {

constexpr int kTries = 12;
constexpr int kQuickTries = 4;         // After these a try waits first, ...
constexpr useconds_t kPauseUs = 2000;  // ... so long: what holds a page for a moment lets it go.

int advise(std::uint64_t start, std::uint64_t count, int advice) {
  return madvise(page_address(start), count * kPageBytes, advice) != 0 ? errno : 0;
}

int map(const GuestRequest& request) {
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  char* at = page_address(request.start);
  errno = 0;
  const std::size_t size = request.count * kPageBytes;
  if (mmap(at, size, PROT_READ | PROT_WRITE, kFlags, -1, 0) != at) return errno ? errno : ENOMEM;
  // A kernel without huge pages says EINVAL.
  if (const int error = advise(request.start, request.count, MADV_NOHUGEPAGE);
      error != 0 && error != EINVAL) {
    return error;
  }
  if (request.kind == GuestRequest::Kind::map_plain) return 0;
  return advise(request.start, request.count, MADV_MERGEABLE);
}

// Content identity as 8 bytes, the most significant first, zeros around it: byte-wise order of
// pages is the order of the numbers.
void write_page(std::uint64_t page, std::uint64_t id, std::uint64_t offset) {
  if constexpr (std::endian::native == std::endian::little) id = __builtin_bswap64(id);
  char* at = page_address(page);
  std::memset(at, 0, kPageBytes);
  std::memcpy(at + offset, &id, sizeof id);
}

void write(const GuestRequest& request) {
  for (std::uint64_t i = 0; i < request.count; ++i) {
    write_page(request.start + i, request.first + i % request.period, 0);
  }
}

void touch(std::uint64_t page) {
  static_cast<void>(*static_cast<volatile char*>(page_address(page)));
}

void read(const GuestRequest& request) {
  for (std::uint64_t i = 0; i < request.count; ++i) touch(request.start + i);
}

int set_node(const GuestRequest& request) {
  const unsigned long mask = 1UL << request.node;
  return syscall(SYS_mbind, page_address(request.start), request.count * kPageBytes, MPOL_BIND,
                 &mask, 65UL, 0U) != 0
             ? errno
             : 0;
}

// Moves pages, also those that several sites map, to a node. Absent pages stay absent; a page with
// a mapping that the kernel cannot find stays where it is. One call a page: the kernel leaves out
// what follows a page that it cannot move.
int move(const GuestRequest& request) {
  int node = static_cast<int>(request.node);
  for (std::uint64_t i = 0; i < request.count; ++i) {
    void* page = page_address(request.start + i);
    for (int tries = 0; tries < kTries; ++tries) {
      int status = 0;
      if (syscall(SYS_move_pages, 0, 1UL, &page, nullptr, &status, 0) < 0) return errno;
      if (status == node || status == -ENOENT || status == -EFAULT) break;
      if (syscall(SYS_move_pages, 0, 1UL, &page, &node, &status, MPOL_MF_MOVE_ALL) < 0 &&
          errno != ENOENT) {
        return errno;
      }
      if (tries >= kQuickTries) usleep(kPauseUs);
    }
  }
  return 0;
}

// Has the pages of a range swapped out that are mapped nowhere else. One whose mapping the kernel
// cannot find stays where it is.
int swap_out(const GuestRequest& request) {
  auto table = PageTable::of(getpid());
  if (!table) return EIO;
  for (int tries = 0; tries < kTries; ++tries) {
    if (table->present_only_here(request.start, request.count) == 0) return 0;
    if (const int error = advise(request.start, request.count, MADV_PAGEOUT); error != 0) {
      return error;
    }
    if (tries >= kQuickTries) usleep(kPauseUs);
  }
  return 0;
}

bool nothing_there(const PageTable& table, std::uint64_t start, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const PageTable::Page page = table.page(start + i);
    if (page.present || page.swapped) return false;
  }
  return true;
}

// One aligned block becomes a huge page, if the kernel will. A block where nothing is present is
// made by a fault. The region does not take part in THP otherwise.
int make_huge(const PageTable& table, std::uint64_t start) {
  if (const int error = advise(start, kHugePages, MADV_HUGEPAGE); error != 0) return error;
  if (nothing_there(table, start, kHugePages)) {
    *static_cast<volatile char*>(page_address(start)) = 0;
  }
  int refusal = EAGAIN;
  for (int tries = 0; refusal == EAGAIN && tries < kTries; ++tries) {
    if (tries >= kQuickTries) usleep(kPauseUs);
    refusal = advise(start, kHugePages, MADV_COLLAPSE);
  }
  if (const int error = advise(start, kHugePages, MADV_NOHUGEPAGE); error != 0) return error;
  return refusal == ENOMEM ? refusal : 0;
}

int huge_on(const GuestRequest& request) {
  auto table = PageTable::of(getpid());
  if (!table) return EIO;
  const std::uint64_t end = request.start + request.count;
  std::uint64_t at = (request.start + kHugePages - 1) / kHugePages * kHugePages;
  for (; at + kHugePages <= end; at += kHugePages) {
    if (const int error = make_huge(*table, at); error != 0) return error;
  }
  return 0;
}

// Splits the huge pages that the range touches. Advice about a part of a huge page that nobody else
// maps splits it first. The page is read then, so that it counts as used as before.
int split(const GuestRequest& request) {
  const auto table = PageTable::of(getpid());
  if (!table) return EIO;
  for (std::uint64_t i = 0; i < request.count; ++i) {
    const std::uint64_t page = request.start + i;
    for (int tries = 0; table->in_huge(table->page(page)) && tries < kQuickTries; ++tries) {
      if (const int error = advise(page, 1, MADV_COLD); error != 0) return error;
      touch(page);
    }
  }
  return 0;
}

}  // namespace

bool knows_collapse() { return madvise(nullptr, 0, MADV_COLLAPSE) == 0; }

int GuestMemory::write_each(const GuestRequest& request, int file) {
  const std::size_t bytes = request.count * sizeof(std::uint64_t);
  void* ids = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file, 0);
  if (ids == MAP_FAILED) return errno;
  for (std::uint64_t i = 0; i < request.count; ++i) {
    write_page(request.start + i, static_cast<const std::uint64_t*>(ids)[i], request.offset);
  }
  return munmap(ids, bytes) != 0 ? errno : 0;
}

int GuestMemory::carry_out(const GuestRequest& request) {
  using Kind = GuestRequest::Kind;
  const std::uint64_t start = request.start, count = request.count;
  switch (request.kind) {
    case Kind::map:
    case Kind::map_plain:
      return map(request);
    case Kind::unmap:
      return munmap(page_address(start), count * kPageBytes) != 0 ? errno : 0;
    case Kind::mergeable:
      return advise(start, count, MADV_MERGEABLE);
    case Kind::unmergeable:
      return advise(start, count, MADV_UNMERGEABLE);
    case Kind::write:
      return write(request), 0;
    case Kind::read:
      return read(request), 0;
    case Kind::discard:
      return advise(start, count, MADV_DONTNEED);
    case Kind::swap_out:
      return swap_out(request);
    case Kind::set_node:
      return set_node(request);
    case Kind::move:
      return move(request);
    case Kind::huge_on:
      return huge_on(request);
    case Kind::split:
      return split(request);
    case Kind::let_collapse:
      return advise(start, count, MADV_HUGEPAGE);
    case Kind::stop_collapse:
      return advise(start, count, MADV_NOHUGEPAGE);
    case Kind::pin:
      return pins_.pin(start, count);
    case Kind::let_go:
      return pins_.let_go(start, count);
    case Kind::write_each:
    case Kind::fork:
      break;
  }
  return EINVAL;
}

}  // namespace ksmsim::live
