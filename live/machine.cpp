#include "live/machine.hpp"

#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "live/descriptor.hpp"
#include "live/guest_memory.hpp"
#include "live/kernel_thread.hpp"
#include "live/process.hpp"
#include "live/swap_group.hpp"

namespace ksmsim::live {
namespace {

std::string text_of(const std::string& path) { return small_file(path).value_or(""); }

// Each returns why the machine cannot do it; nothing if it can.
std::string no_huge_pages() {
  if (!file_there("/sys/kernel/mm/transparent_hugepage/enabled")) {
    return "this kernel has no transparent huge pages";
  }
  if (!knows_collapse()) return "this kernel has no MADV_COLLAPSE (it is there since 6.1)";
  return KernelThread::find("khugepaged") ? "" : "no khugepaged: transparent_hugepage is 'never'";
}

std::string no_pins() {
  io_uring_params options = {};
  const Descriptor ring{static_cast<int>(syscall(SYS_io_uring_setup, 1U, &options))};
  return ring.open() ? "" : std::string("io_uring: ") + std::strerror(errno);
}

std::string no_nodes() {
  if (!file_there("/sys/devices/system/node/node1")) return "one NUMA node only";
  if (!file_there("/sys/kernel/mm/ksm/merge_across_nodes")) return "no merge_across_nodes";
  return "";
}

std::string no_swap() {
  const std::string swaps = text_of("/proc/swaps");  // A heading, then a line each.
  const std::size_t end = swaps.find('\n');
  if (end == std::string::npos || end + 1 >= swaps.size()) return "no swap is on";
  if (swaps.find("/dev/ram") == std::string::npos && swaps.find("/dev/zram") == std::string::npos) {
    return "swap is not on a RAM disk (brd, zram), which alone writes at once";
  }
  if (text_of("/proc/sys/vm/page-cluster") != "0\n") return "vm.page-cluster has to be 0";
  if (text_of("/proc/sys/vm/swappiness") != "200\n") return "vm.swappiness has to be 200";
  const std::string controllers = text_of("/sys/fs/cgroup/cgroup.controllers");
  if (controllers.find("memory") == std::string::npos) {
    return "no cgroup v2 with the memory controller at /sys/fs/cgroup";
  }
  return "";
}

std::string no_reclaim() {
  if (const auto group = SwapGroup::make(); !group) return group.error().text;
  return "";
}

}  // namespace

std::string kernel_release() {
  utsname names = {};
  return uname(&names) == 0 ? names.release : "";
}

Machine look_at_machine() {
  Machine machine;
  machine.release = kernel_release();
  const auto look = [&machine](bool& has, const char* what, const std::string& why_not) {
    has = why_not.empty();
    if (!has) machine.lacks.push_back({what, why_not});
  };
  look(machine.huge_pages, "huge pages", no_huge_pages());
  look(machine.pins, "pins", no_pins());
  look(machine.nodes, "NUMA nodes", no_nodes());
  look(machine.swap, "swap", no_swap());
  if (machine.swap) look(machine.reclaim, "swapping out of everything", no_reclaim());
  return machine;
}

}  // namespace ksmsim::live
