#include "sim/host/zfs_arc.hpp"

#include <algorithm>

#include "sim/host/watermarks.hpp"

namespace ksmsim::host {
namespace {

constexpr int kShrinkShift = 7;  // arc_shrink_shift: more than is missing, so that it lasts.

std::int64_t given_or(std::int64_t given, std::int64_t usual) { return given > 0 ? given : usual; }

}  // namespace

std::int64_t usual_arc_min_kb(std::int64_t total_kb) {
  constexpr std::int64_t kLeastKb = 32'768;  // 32 MiB.
  return std::max(total_kb / 32, kLeastKb);
}

std::int64_t usual_arc_sys_free_kb(std::int64_t total_kb) {
  const std::int64_t boosted = usual_min_free_kb(total_kb) * 5 / 2;
  return 3 * boosted + total_kb / 32;
}

ZfsArc::ZfsArc(const RamOptions& ram)
    : size_kb_(ram.zfs_arc.kb),
      min_kb_(given_or(ram.zfs_arc.min_kb, usual_arc_min_kb(ram.total_kb))),
      sys_free_kb_(given_or(ram.zfs_arc.sys_free_kb, usual_arc_sys_free_kb(ram.total_kb))),
      most_a_look_kb_(ram.zfs_arc.shrink_kb_per_s * kLook.count()) {}

void ZfsArc::look(std::int64_t free_kb) {
  const std::int64_t short_kb = sys_free_kb_ - free_kb;
  if (short_kb <= 0 || !gives_way()) return;
  const std::int64_t spare_kb = size_kb_ - min_kb_;
  size_kb_ -= std::min({short_kb + (spare_kb >> kShrinkShift), spare_kb, most_a_look_kb_});
}

}  // namespace ksmsim::host
