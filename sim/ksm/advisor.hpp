// The scan-time advisor (6.8): at the end of each pass it sets pages_to_scan so that a pass takes
// advisor_target_scan_time. All arithmetic is the kernel's, integer and truncating.
// Times count from the boot of the machine.
#pragma once
#include <cstdint>

#include "sim/base/time.hpp"
#include "sim/ksm/knobs.hpp"

namespace ksmsim::ksm {

class ScanTimeAdvisor {
 public:
  // advisor_mode was changed: forgets everything and sets pages_to_scan to its first value.
  void switch_mode(Knobs& knobs);
  // A pass begins. Does nothing while the advisor is off.
  void start_pass(const Knobs& knobs, Time now);
  // A pass ends: sets pages_to_scan. `cpu` is what ksmd has used since boot. Nothing while off.
  void end_pass(Knobs& knobs, Time now, Duration cpu);

 private:
  Time pass_start_{};  // 0 if switched on in mid-pass: the kernel then sees the uptime.
  std::uint64_t last_change_ = 0;
  std::uint64_t last_scan_seconds_ = 0;
  Duration last_cpu_{};
};

}  // namespace ksmsim::ksm
