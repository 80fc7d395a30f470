#include "viz/registration.hpp"

#include <algorithm>
#include <array>

namespace ksmsim::viz {
namespace {

// What cannot be registered is the kernel's rule (vma_ksm_compatible of mm/ksm.c: VM_SHARED,
// VM_MAYSHARE, VM_HUGETLB). The rest is what the programs document: QEMU (-machine mem-merge,
// memory-backend-*), libvirt (memoryBacking), cloud-hypervisor (docs/memory.md; a private memfd
// doubles memory: issues 4805, 4832; shared=on merges nothing: 5873), Incus (QEMU with a
// memory-backend-memfd, share=on), systemd.exec (MemoryKSM=).
constexpr std::array<Unregistered, 6> kUsual{{
    {"shared memory",
     "KSM merges private anonymous memory only. Memory of a memfd or a file with share=on is "
     "neither, whatever merge= says: QEMU's memory-backend-memfd and memory-backend-file, and "
     "libvirt's <access mode='shared'/>. virtiofs and vhost-user need it so, and exclude KSM",
     "QEMU: -object memory-backend-ram,merge=on (share=off), without virtiofs and vhost-user. Do "
     "not switch a memfd to share=off: pages that the guest writes are copied while the memfd "
     "keeps its own, which takes up to twice the memory"},
    {"hugetlbfs",
     "pages of hugetlbfs (memory-backend-memfd,hugetlb=on, libvirt's <hugepages/>, -mem-path on "
     "hugetlbfs) cannot be merged",
     "ordinary memory; transparent huge pages can be merged, page by page"},
    {"Incus, LXD", "they start virtual machines with a shared memfd, so none of them is registered",
     "override the memory object by raw.qemu.conf with memory-backend-ram, share off; what needs "
     "shared memory (directories shared by virtiofs) goes then"},
    {"cloud-hypervisor",
     "it does not register memory unless it is asked to, and shared=on "
     "cannot be merged",
     "--memory size=...,mergeable=on,shared=off"},
    {"QEMU", "it registers its memory itself, unless it is told not to",
     "no -machine mem-merge=off, no merge=off, no <nosharepages/> in libvirt"},
    {"other programs, containers", "nobody has said that their memory may be merged",
     "madvise(MADV_MERGEABLE) by the program; since Linux 6.4 prctl(PR_SET_MEMORY_MERGE) for a "
     "process and its children; since systemd 254 MemoryKSM=yes for a service"},
}};

}  // namespace

bool nothing_was_registered(const results::RunResult& result) {
  const auto& samples = result.samples;
  const auto runs = [](const results::Sample& s) { return s.run == 1; };
  const auto worked = [](const results::Sample& s) {
    return s.passes > 0 || s.counters.pages_scanned > 0 || s.counters.rmap_items > 0;
  };
  const auto may_merge = [](const results::Guest& g) {
    return g.ksm_mergeable != 0 || g.ksm_merge_any != 0;
  };
  return std::any_of(samples.begin(), samples.end(), runs) &&
         std::none_of(samples.begin(), samples.end(), worked) &&
         std::none_of(result.guests.begin(), result.guests.end(), may_merge);
}

std::string unregistered_text() { return "run was 1, full_scans 0: ksmd had 0 pages to look at"; }

std::span<const Unregistered> usual_unregistered() { return kUsual; }

}  // namespace ksmsim::viz
