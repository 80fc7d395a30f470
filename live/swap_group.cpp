#include "live/swap_group.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "live/interrupt.hpp"
#include "live/lru_caches.hpp"

namespace ksmsim::live {
namespace {

const std::string kRoot = "/sys/fs/cgroup/";
const std::string kGroup = kRoot + "ksmsim-live";
constexpr useconds_t kReclaimPauseUs = 50'000;

}  // namespace

Result<std::unique_ptr<SwapGroup>> SwapGroup::make() {
  // Refused where it is done already, or where there is no control group v2: the files tell.
  if (auto control = SysFile::open(kRoot + "cgroup.subtree_control", Access::write); control) {
    control->put("+memory");
  }
  if (mkdir(kGroup.c_str(), 0700) != 0 && errno != EEXIST) return system_error(kGroup, errno);
  std::unique_ptr<SwapGroup> group{new SwapGroup};
  auto reclaim = SysFile::open(kGroup + "/memory.reclaim", Access::write);
  if (!reclaim) return reclaim.error();
  group->reclaim_ = *std::move(reclaim);
  auto stat = SysFile::open(kGroup + "/memory.stat");
  if (!stat) return stat.error();
  group->stat_ = *std::move(stat);
  return group;
}

SwapGroup::~SwapGroup() { rmdir(kGroup.c_str()); }

bool SwapGroup::join() {
  const auto processes = SysFile::open(kGroup + "/cgroup.procs", Access::write);
  return processes && processes->put("0") == 0;
}

Result<void> SwapGroup::reclaim() const {
  const int error = reclaim_.put("8G");  // More than there is; what is left is EAGAIN.
  if (error != 0 && error != EAGAIN) return system_error(reclaim_.path(), error);
  return {};
}

Result<std::int64_t> SwapGroup::cached_bytes() const {
  const auto text = stat_.text();
  if (!text) return text.error();
  const std::string word = "\nswapcached ";
  const std::size_t at = text->find(word);
  if (at == std::string::npos) return Error{stat_.path() + " has no swapcached"};
  return std::int64_t{std::strtoll(text->c_str() + at + word.size(), nullptr, 10)};
}

// The kernel's statistics may be late, so that nothing is left has to be seen some times, too.
Result<void> SwapGroup::swap_all(const std::function<Result<std::uint64_t>()>& present) const {
  std::uint64_t pages_before = 1;
  std::int64_t cached_before = -1;
  for (int still = 0;;) {
    const bool nothing_left = pages_before == 0 && cached_before == 0;
    if (still >= (nothing_left ? 5 : pages_before != 0 ? 30 : 100)) break;
    const auto pages = present();
    if (!pages) return pages.error();
    const auto cached = cached_bytes();
    if (!cached) return cached.error();
    still = *pages == pages_before && *cached == cached_before ? still + 1 : 0;
    pages_before = *pages;
    cached_before = *cached;
    if (auto r = Interrupt::check(); !r) return r;
    if (still > 30) usleep(kReclaimPauseUs);
    if (auto r = drain_lru_caches(); !r) return r;
    if (auto r = reclaim(); !r) return r;
  }
  if (pages_before == 0 && cached_before != 0) return Error{"the swap cache does not empty"};
  return {};
}

}  // namespace ksmsim::live
