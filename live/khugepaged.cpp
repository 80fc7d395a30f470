#include "live/khugepaged.hpp"

#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <utility>

#include "live/page_table.hpp"

namespace ksmsim::live {
namespace {

const std::string kThp = "/sys/kernel/mm/transparent_hugepage/";
const std::string kLongSleepMs = "100000000";

struct Setting {
  const char* name;
  const char* value;
};
constexpr std::array<Setting, 8> kSettings = {{{"enabled", "madvise"},
                                               {"khugepaged/defrag", "1"},
                                               {"khugepaged/max_ptes_none", "511"},
                                               {"khugepaged/max_ptes_shared", "256"},
                                               {"khugepaged/max_ptes_swap", "64"},
                                               {"khugepaged/alloc_sleep_millisecs", "10"},
                                               {"khugepaged/pages_to_scan", "4294967295"},
                                               {"khugepaged/scan_sleep_millisecs", "100000000"}}};

// Gives khugepaged an address space that never ends while this process lives: a region that holds a
// block for it. Older kernels look only at regions of which a page is present; that is the one in
// front of the block, so that nothing is ever collapsed here.
Result<void> give_work() {
  constexpr std::uintptr_t kBlock = kHugePages * kPageBytes;
  static void* const space = mmap(nullptr, 3 * kBlock, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (space == MAP_FAILED) return system_error("mmap", errno);
  const std::uintptr_t block = (reinterpret_cast<std::uintptr_t>(space) / kBlock + 2) * kBlock;
  char* const region =
      static_cast<char*>(space) + (block - kPageBytes - reinterpret_cast<std::uintptr_t>(space));
  *static_cast<volatile char*>(region) = 0;
  if (madvise(region, kPageBytes + kBlock, MADV_HUGEPAGE) != 0) {
    return system_error("MADV_HUGEPAGE", errno);
  }
  return {};
}

}  // namespace

Result<Khugepaged> Khugepaged::start() {
  if (!file_there(kThp + "enabled")) return Error{"this kernel has no transparent huge pages"};
  Khugepaged result;
  if (auto r = result.set_up(); !r) return r.error();
  return result;
}

Result<void> Khugepaged::set_up() {
  for (const Setting& setting : kSettings) {
    if (auto r = saved_.save_and_set(kThp + setting.name, setting.value); !r) return r;
  }
  auto thread = KernelThread::find("khugepaged");
  if (!thread) return thread.error();
  thread_ = *std::move(thread);
  auto sleep = SysFile::open(kThp + "khugepaged/scan_sleep_millisecs", Access::both);
  if (!sleep) return sleep.error();
  sleep_ = *std::move(sleep);
  auto rounds = SysFile::open(kThp + "khugepaged/full_scans");
  if (!rounds) return rounds.error();
  rounds_ = *std::move(rounds);
  if (auto r = give_work(); !r) return r;
  return thread_.settle();
}

Khugepaged::~Khugepaged() { static_cast<void>(saved_.restore()); }

Result<void> Khugepaged::go_round() const {
  const auto before = rounds_.number();
  if (!before) return before.error();
  for (int wakes = 0; wakes < 100; ++wakes) {
    if (auto r = sleep_.write(kLongSleepMs); !r) return r;
    if (auto r = thread_.settle(); !r) return r;
    const auto now = rounds_.number();
    if (!now) return now.error();
    // The first round may have begun before we came.
    if (*now >= *before + 2) return {};
  }
  return Error{"khugepaged does not go round"};
}

}  // namespace ksmsim::live
