// What a capture saw, as guest operations in order of time. It asks nobody: sights go in,
// operations come out.
//
//   - The first sight of a page is what it held then: written at the time of that look (or, of a
//     guest that began while the capture ran, while its resident size grew).
//   - A page that differs from what it was at the last look changed at some time between: at one
//     that Placement chooses. A page that is the same was not written.
//   - Regions are mapped when a look shows them first, as early as they can have been, and unmapped
//     when one shows them no more.
//   - A page that maps the kernel's page of zeros is one of zeros if it was one before, else it is
//     absent.
//   - Pages that went to swap or came back, moved to another node, or became a huge page are told
//     at the time of the look. Splits of huge pages are not told: KSM's own will be predicted.
//
// Guests are numbered by the caller in the order in which they begin. Times are the capture's own.
// Memory: 8 bytes for a page that ever held something, and what changed since the last sweep began,
// but at most `waiting_max` changes of 32 bytes (more are placed later than they would be).
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "live/capture/seen_memory.hpp"
#include "live/capture/sight.hpp"
#include "live/capture/smaps.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/looks/operation_queue.hpp"
#include "traces/looks/placement.hpp"
#include "traces/looks/resident_growth.hpp"

namespace ksmsim::live::capture {

struct CourseOptions {
  traces::looks::Placement placement = traces::looks::Placement::spread;
  Duration grain = std::chrono::milliseconds{100};  // See Placer.
  bool one_moment = false;                          // All that is seen is of kStart.
  std::size_t waiting_max = std::size_t{4} << 20;
};

// The classes of a capture's pages: unknown, then kRoles.
std::vector<std::string> capture_classes();

class Course {
 public:
  Course(traces::looks::Sink sink, const CourseOptions& options);

  // A sweep over all guests begins. What it shows happened after the sweep before began.
  void begin_sweep(Time at);
  // Hands on what happened up to the beginning of the sweep.
  Result<void> end_sweep();
  // Hands on everything.
  Result<void> finish();

  // A guest begins, not before `since`. REQUIRES: guests are numbered 0, 1, 2, ...
  void begin_guest(std::uint32_t guest, const std::string& name, Time since);
  void end_guest(std::uint32_t guest, Time at);
  // The guest's regions are these now, ascending.
  void set_regions(std::uint32_t guest, Time at, const std::vector<CapturedRegion>& regions);
  // REQUIRES: the block lies in a region of the guest; times of looks do not go back.
  Result<void> add(std::uint32_t guest, const std::string& role, BlockSight sight);
  // How large the guest is.
  void note_resident(std::uint32_t guest, Time at, std::uint64_t pages);

  void set_knob(Time at, const std::string& knob, const std::string& value);
  void add_counters(Time at, std::vector<std::pair<std::string, std::int64_t>> values);

  std::uint64_t changed() const { return changed_; }    // Pages that differed from the last look.
  std::uint64_t squeezed() const { return squeezed_; }  // Those that were placed late.
  std::uint64_t operations() const { return queue_.handed_on(); }
  // Pages of a guest whose content is known; 0 once it has ended.
  std::uint64_t present_pages(std::uint32_t guest) const;
  // Identities of what living guests held when last seen.
  std::vector<std::uint64_t> contents() const;

 private:
  struct Guest {
    std::string name;
    Time since;         // It began then or later.
    Time mapped;        // When the regions that appeared last were mapped.
    Time regions_seen;  // When its regions were looked at last.
    std::vector<CapturedRegion> regions;
    SeenMemory memory;
  };
  using Change = traces::looks::OperationQueue::Change;

  // One block, and when its pages can have changed.
  struct Look {
    std::uint32_t guest = 0;
    ClassId page_class;
    const BlockSight& sight;
    const SeenBlock& before;
    Time earliest, latest;
    bool squeezed = false;  // It can have been earlier, but that has been handed on.
  };

  Time not_before_floor(Time at) const { return std::max(at, floor_); }
  Time place(const Look& look, PageIndex page, bool appeared) const;
  void add_changes(const Look& look);
  void add_nodes(const Look& look);
  void add_states(const Look& look);
  // Adds an operation for each run of pages for which `what` answers alike, if it answers with one.
  template <class What>
  void add_runs(const Look& look, Time at, What&& what);
  void remember(Guest& guest, const BlockSight& sight);
  Result<void> relieve();

  CourseOptions options_;
  traces::looks::OperationQueue queue_;
  traces::looks::Placer placer_;
  traces::looks::ResidentGrowth growth_;
  std::vector<Guest> guests_;
  std::map<std::string, Time> last_ends_;  // By name.
  Time sweep_;                             // When the last sweep began.
  Time floor_;                             // Nothing is added before it.
  Time relieved_;  // Changes that may have been earlier were put behind this.
  std::uint64_t sweeps_ = 0, changed_ = 0, squeezed_ = 0;
};

}  // namespace ksmsim::live::capture
