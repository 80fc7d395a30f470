#include "live/capture/memory_reader.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "live/sys_file.hpp"
#include "sim/base/check.hpp"

namespace ksmsim::live::capture {
namespace {

constexpr const char* kReading = "reading its memory";

// How many of the pages are neighbours of the first. REQUIRES: there is one.
std::size_t run_length(std::span<const PageIndex> pages) {
  std::size_t run = 1;
  while (run < pages.size() && pages[run] == pages[0] + PageCount{run}) ++run;
  return run;
}

}  // namespace

Result<MemoryReader> MemoryReader::of(pid_t process) {
  const std::string path = "/proc/" + std::to_string(process) + "/mem";
  MemoryReader reader;
  reader.process_ = process;
  reader.file_ = live::Descriptor{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!reader.file_.open()) return live::system_error(path, errno);
  return reader;
}

Result<std::vector<bool>> MemoryReader::read(std::span<const PageIndex> pages, Sharing sharing,
                                             char* buffer) const {
  KSM_CHECK(pages.size() <= kBlockPages);
  return sharing == Sharing::none ? read_pinned(pages, buffer) : read_copied(pages, buffer);
}

Result<std::vector<bool>> MemoryReader::read_pinned(std::span<const PageIndex> pages,
                                                    char* buffer) const {
  std::vector<bool> good(pages.size(), false);
  std::array<iovec, kBlockPages> pieces;
  for (std::size_t done = 0; done < pages.size();) {
    const auto rest = pages.subspan(done);
    std::size_t used = 0;
    for (std::size_t i = 0; i < rest.size(); ++used) {
      const std::size_t run = run_length(rest.subspan(i));
      // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of another process.
      pieces[used] = {reinterpret_cast<void*>(rest[i].value * kPageBytes), run * kPageBytes};
      i += run;
    }
    char* const to = buffer + done * kPageBytes;
    const iovec local{to, rest.size() * kPageBytes};
    const ssize_t got = process_vm_readv(process_, &local, 1, pieces.data(), used, 0);
    if (got < 0 && errno != EFAULT) return live::system_error(kReading, errno);
    const std::size_t whole = got < 0 ? 0 : static_cast<std::size_t>(got) / kPageBytes;
    std::fill_n(good.begin() + static_cast<std::ptrdiff_t>(done), whole, true);
    done += whole + 1;  // It stopped at the next page, if there is one: that has gone.
  }
  return good;
}

Result<std::vector<bool>> MemoryReader::read_copied(std::span<const PageIndex> pages,
                                                    char* buffer) const {
  std::vector<bool> good(pages.size(), false);
  for (std::size_t done = 0; done < pages.size();) {
    const std::size_t run = run_length(pages.subspan(done));
    const ssize_t got = pread(file_.get(), buffer + done * kPageBytes, run * kPageBytes,
                              static_cast<off_t>(pages[done].value * kPageBytes));
    if (got == 0) return live::system_error(kReading, ESRCH);
    if (got < 0 && errno != EIO && errno != EFAULT) return live::system_error(kReading, errno);
    // Where it stopped, if before the end of the run, the page has gone.
    const std::size_t whole = got < 0 ? 0 : static_cast<std::size_t>(got) / kPageBytes;
    std::fill_n(good.begin() + static_cast<std::ptrdiff_t>(done), whole, true);
    done += std::min(run, whole + 1);
  }
  return good;
}

}  // namespace ksmsim::live::capture
