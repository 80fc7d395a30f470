#include "sim/host/pressure.hpp"

#include <algorithm>

namespace ksmsim::host {

void Pressure::queue_leaving(Machine& machine, Time now) {
  for (const mem::LeavingPage& page : machine.memory().take_leaving()) device_.add(now, page);
}

Pressure::Waits& Pressure::waits_of(MmId guest) {
  if (waits_.size() <= guest.value) waits_.resize(guest.value + std::size_t{1});
  return waits_[guest.value];
}

void Pressure::wait_until(std::optional<MmId> guest, Time now, Time until) {
  if (!guest) return;
  Waits& waits = waits_of(*guest);
  waits.until = std::max(waits.until, now);
  if (until <= waits.until) return;
  waits.sum += until - waits.until;
  stall_of_all_ += until - waits.until;
  waits.until = until;
}

void Pressure::note_swap_ins(const Machine& machine, Time now, std::optional<MmId> guest) {
  const std::int64_t now_in = machine.memory().totals().swap_ins;
  const std::int64_t pages = now_in - swap_ins_;
  swap_ins_ = now_in;
  if (pages == 0 || !guest || read_time_ == Duration::zero()) return;
  wait_until(guest, now, std::max(waits_of(*guest).until, now) + pages * read_time_);
}

// Caches first, then pages that are in swap anyway, then guests' pages. Returns how many pages were
// found, those on their way to the device included.
std::int64_t Pressure::reclaim_to_high(Machine& machine, Time now) {
  mem::HostMemory& memory = machine.memory();
  const std::int64_t on_their_way = memory.leaving_pages() * kPageKb;
  const std::int64_t short_kb = ram_.marks().high_kb - ram_.free_kb(machine) - on_their_way;
  if (short_kb <= 0) return 0;
  const std::int64_t wanted = (short_kb + kPageKb - 1) / kPageKb;
  std::int64_t found = ram_.give_back_caches(wanted * kPageKb) / kPageKb;
  if (found < wanted) found += memory.drop_swap_cache(wanted - found);
  if (found < wanted) found += hand_.reclaim(machine, wanted - found);
  queue_leaving(machine, now);
  return found;
}

Pressure::Relief Pressure::relieve(Machine& machine, Time now, std::optional<MmId> guest) {
  if (!ram_.options().bounded() || ram_.free_kb(machine) >= ram_.marks().low_kb) {
    return Relief::enough;
  }
  (void)reclaim_to_high(machine, now);
  while (ram_.free_kb(machine) < ram_.marks().min_kb) {
    if (device_.next_time() != kNever) {
      wait_until(guest, now, device_.next_time());
      machine.memory().written(device_.pop());
      continue;
    }
    if (reclaim_to_high(machine, now) == 0) return Relief::out_of_memory;
  }
  return Relief::enough;
}

}  // namespace ksmsim::host
