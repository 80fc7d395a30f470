// What happens when memory runs short: caches are given back, pages go to swap, guests wait, and at
// last somebody has to go.
//
// Guests' operations are not shifted in time. What a guest would have waited for (its pages to come
// back from swap, other pages to be written before it gets memory) is summed as its stall.
//
// Units: nanoseconds of virtual time, pages, kB. A value; the machine is lent to each call.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/host/machine.hpp"
#include "sim/host/ram.hpp"
#include "sim/host/reclaim_hand.hpp"
#include "sim/host/swap_device.hpp"

namespace ksmsim::host {

class Pressure {
 public:
  Pressure(const RamOptions& options, Duration swap_write)
      : ram_(options), device_(swap_write), read_time_(options.swap_read) {}

  const Ram& ram() const { return ram_; }
  SwapDevice& device() { return device_; }
  const SwapDevice& device() const { return device_; }

  // Gives pages on their way to swap to the device. To be called after everything that sends some.
  void queue_leaving(Machine& machine, Time now);
  // Adds what the guest waited for since the last call: pages that came back from swap.
  void note_swap_ins(const Machine& machine, Time now, std::optional<MmId> guest);

  enum class Relief { enough, out_of_memory };
  // Reclaims as kswapd and direct reclaim do, if free memory is below the marks. Out of memory:
  // less than the lowest mark is free, and nothing more can be found. `guest` is the one that wants
  // memory, and waits for it. Nothing: ksmd or the host itself wants it, and no guest waits.
  Relief relieve(Machine& machine, Time now, std::optional<MmId> guest);

  // ZFS's ARC looks at free memory. REQUIRES: RAM is bounded.
  void shrink_arc(const Machine& machine) { ram_.shrink_arc(machine); }

  // How long one guest waited, and all of them together.
  Duration stall(MmId guest) const {
    return guest.value < waits_.size() ? waits_[guest.value].sum : Duration{};
  }
  Duration stall_of_all() const { return stall_of_all_; }

 private:
  struct Waits {
    Duration sum{};
    Time until = kStart;  // What it waits for comes one after the other.
  };
  std::int64_t reclaim_to_high(Machine& machine, Time now);
  void wait_until(std::optional<MmId> guest, Time now, Time until);
  Waits& waits_of(MmId guest);

  Ram ram_;
  ReclaimHand hand_;
  SwapDevice device_;
  Duration read_time_;
  std::int64_t swap_ins_ = 0;  // Booked so far.
  std::vector<Waits> waits_;   // By MmId.
  Duration stall_of_all_{};
};

}  // namespace ksmsim::host
