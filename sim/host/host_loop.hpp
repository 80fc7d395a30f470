// The host around guests and ksmd: it finds memory when that is short, writes pages to swap, kills
// guests, takes memory from them by their balloons, builds huge pages anew, and its ZFS gives way.
//
// Invariants:
//   (1) While pages wait for the swap device, the writing of the next one is scheduled once.
//   (2) khugepaged has one wake-up scheduled if it is on, and the ARC one look if it can give way.
// It decides nothing about ksmd's knobs (a controller does) and keeps no results: whoever drives it
// does what follows from a change, notes who was killed, and tells the controller.
//
// A value: copying it copies its future. The machine and the timeline are lent to each call.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "sim/host/guest_control.hpp"
#include "sim/host/khugepaged.hpp"
#include "sim/host/machine.hpp"
#include "sim/host/oom.hpp"
#include "sim/host/pressure.hpp"
#include "sim/host/run_options.hpp"
#include "sim/host/timeline.hpp"
#include "sim/results/host_figures.hpp"

namespace ksmsim::host {

class HostLoop {
 public:
  explicit HostLoop(const RunOptions& options)
      : pressure_(options.ram, options.host.swap_write), guests_(options.classes) {}

  // What memory has to know of it before anything happens.
  void prepare(mem::HostMemory& memory) const;
  // Schedules the first of what it does by itself.
  void begin(Timeline& timeline) const;

  const Ram& ram() const { return pressure_.ram(); }
  bool is_bounded() const { return ram().options().bounded(); }
  // Whether pages are written to swap in no time.
  bool swaps_at_once() const { return pressure_.device().at_once(); }
  GuestControl& guests() { return guests_; }
  const GuestControl& guests() const { return guests_; }

  // To be called after everything that may have sent pages to swap or fetched them: the device gets
  // them, and who waited for pages is booked. The guest is the one that did it.
  void heed_swap(Machine& machine, Time now, std::optional<MmId> guest);
  // Finds memory if it is short, short of killing. REQUIRES: is_bounded().
  Pressure::Relief relieve(Machine& machine, Time now, std::optional<MmId> guest) {
    return pressure_.relieve(machine, now, guest);
  }
  // Whom the OOM killer takes; nothing if that would free nothing.
  std::optional<OomVictim> victim(const Machine& machine) const;
  void kill(Machine& machine, MmId mm, const std::string& name);
  // Whether it is said for the first time that nobody is left to kill.
  enum class Said : std::uint8_t { for_the_first_time, before };
  Said say_that_nobody_is_left();

  // To be called after heed_swap() and relieve().
  void schedule_writing(Timeline& timeline);
  // A page has been written to swap: what was scheduled as page_written.
  void write_page(Machine& machine, Timeline& timeline);
  // khugepaged wakes up; its next wake-up is scheduled apart, after what follows from this one.
  void build_huge_pages(Machine& machine);
  void schedule_khugepaged(Timeline& timeline) const;
  // The ARC looks at free memory; its next look is scheduled apart.
  void shrink_arc(Machine& machine) { pressure_.shrink_arc(machine); }
  void schedule_arc_look(Timeline& timeline) const;

  // What `free` and /proc/vmstat show; what else a sample has of the host is left at 0.
  results::HostFigures figures(const Machine& machine) const;
  // What a guest holds, as ps_mem and smem show it.
  results::GuestMemory memory_of(const Machine& machine, MmId mm, const std::string& name) const;

 private:
  Pressure pressure_;
  GuestControl guests_;
  Khugepaged khugepaged_;
  std::int64_t kills_ = 0;
  bool writing_scheduled_ = false;
  bool nobody_is_left_ = false;  // And that was said.
};

}  // namespace ksmsim::host
