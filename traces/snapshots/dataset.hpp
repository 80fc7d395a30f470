// A recorded snapshot set, format "ksm-guests-1": what meta.json says, as plain values. The
// hashes of the pages stay in their files until a PageReader reads them, counters.csv until a
// CounterReader does.
//
// Invariants of a loaded Dataset:
//   (1) Every index (guest, layout, snapshot) is one of its list.
//   (2) Guests have different, usable names. The regions of a guest in a layout ascend, do not
//       overlap, are not empty and end at or below kPageIndexEnd.
//   (3) A snapshot has as many pages as its layout, at most kSnapshotPagesMax.
//   (4) Snapshots ascend and do not overlap; knob writes ascend. Times are not negative, but
//       guests, knob writes and events may lie before the recording began.
//   (5) No snapshot shows a guest that stopped before the recording began.
//
// Units: times are the recording's own, from its start; a page is 4096 bytes.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/snapshots/files.hpp"

namespace ksmsim::traces::snapshots {

// Pages of one snapshot, at most: 256 GiB of guests, 512 MiB of hashes.
inline constexpr std::uint64_t kSnapshotPagesMax = std::uint64_t{1} << 26;

// Later times are absurd: more than 30 years.
inline constexpr double kSecondsMax = 1e9;

// In the files: no page of its own; a page of zeros.
inline constexpr std::uint64_t kAbsentHash = 0;
inline constexpr std::uint64_t kZeroPageHash = 0xac869b6f32d8bbdb;

struct GuestInfo {
  std::string name;
  std::optional<Time> start, stop;  // Of its process; unknown or not stopped: nothing.

  bool ran_before() const { return start && *start < kStart; }
};

struct Region {
  std::uint32_t guest = 0;  // Its place in Dataset::guests.
  std::string role;         // What the guest uses it for.
  PageIndex start;
  PageCount count;

  PageIndex end() const { return start + count; }
  bool operator==(const Region&) const = default;
};
using Layout = std::vector<Region>;

// How a snapshot shows pages that map the kernel's page of zeros.
enum class ZeroPageAs : std::uint8_t { absent, content };

struct SnapshotInfo {
  std::uint64_t number = 0;  // As the data set counts.
  Time begin, end;           // The pages were read in their order between these.
  std::string label;         // Often empty.
  std::size_t layout = 0;
  std::uint64_t pages = 0;
  std::string file;         // Where the hashes are,
  std::uint64_t first = 0;  // and how many stand before them.
  ZeroPageAs zero_page_as = ZeroPageAs::absent;
};

struct KnobWrite {
  Time at, done;  // Before and after the write.
  std::string knob, value;
};

struct Event {
  Time at;
  std::string what, guest;  // The guest may be empty.
};

// Counters by the names of their files in sysfs, and others; those that were empty are not there.
struct CounterRow {
  Time at;
  std::vector<std::pair<std::string, std::int64_t>> values;

  // The value of this name, or nullptr.
  const std::int64_t* find(const std::string& name) const;
};

struct Phase {
  std::string name;
  CounterRow at_end;
};

// A run over frozen guests: knobs set, then whole passes, the counters at the end of each.
struct FrozenRun {
  std::string name;
  std::vector<std::pair<std::string, std::string>> knobs;
  CounterRow start;
  std::vector<CounterRow> passes;
};

struct Frozen {
  Time begin;
  std::optional<Time> end;  // Nothing: the recording ends frozen.
  std::size_t snapshot = 0;
  std::vector<std::uint32_t> scan_order;  // Guests in the order in which ksmd visits them.
  std::vector<FrozenRun> runs;
};

struct Dataset {
  std::string scenario, host, kernel, hashing;  // Free text.
  std::vector<std::pair<std::string, std::string>> fixed_knobs;
  std::vector<GuestInfo> guests;
  std::vector<KnobWrite> knobs;
  std::vector<Event> events;
  std::vector<Phase> phases;
  std::vector<Layout> layouts;
  std::vector<SnapshotInfo> snapshots;
  std::optional<Frozen> frozen;
  std::shared_ptr<const Files> files;

  const Layout& layout_of(const SnapshotInfo& snapshot) const { return layouts[snapshot.layout]; }
  // The guest of this name, or nothing.
  std::optional<std::uint32_t> find_guest(const std::string& name) const;
};

// The data set in this directory, or of these files; what is wrong with it, with file and field.
Result<Dataset> load_dataset(const std::string& directory);
Result<Dataset> load_dataset(std::shared_ptr<const Files> files);

// The snapshot of this number or this label, as its place in Dataset::snapshots.
Result<std::size_t> find_snapshot(const Dataset& data, const std::string& number_or_label);
// Guests by names with commas between them ("g2,g1,g3"); "recorded" is the order that the data set
// observed while the guests were frozen. No guest comes twice; not all need come.
Result<std::vector<std::uint32_t>> parse_guest_order(const Dataset& data, const std::string& text);

}  // namespace ksmsim::traces::snapshots
