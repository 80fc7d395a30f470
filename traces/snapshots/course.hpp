// Which snapshots of a data set an import goes through, and what they say about times. `k` numbers
// the snapshots that are used.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"
#include "traces/looks/placement.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

struct Course {
  const Dataset& data;
  std::vector<std::size_t> used;  // Places in data.snapshots, ascending.
  // If there, the first snapshot that is used is the state of everything at this time.
  std::optional<Time> state_at;
  looks::Placer placer;

  const SnapshotInfo& at(std::size_t k) const { return data.snapshots[used[k]]; }
  const Layout& layout(std::size_t k) const { return data.layout_of(at(k)); }
  // Of the snapshot before this one; empty for the first.
  const Layout& layout_before(std::size_t k) const;
  // From when on regions and guests may have changed without the snapshot before having seen it.
  Time earliest(std::size_t k) const { return k == 0 ? kStart : at(k - 1).end; }
  // When a guest or a region changed that snapshot k shows otherwise than the one before.
  Time place(std::size_t k, std::uint32_t guest, PageIndex page) const {
    return placer.place(earliest(k), at(k).begin, salt(k, guest, page));
  }
  // Since when the guest held what snapshot k shows, if that is settled: what the snapshot before
  // shows, changes at times that `placer` chooses.
  std::optional<Time> held_since(std::size_t k, std::uint32_t guest) const;
  // A number for a change that snapshot k shows.
  std::uint64_t salt(std::size_t k, std::uint32_t guest, PageIndex page) const;
};

// When page i of the snapshot was read: one after the other, evenly.
Time read_time(const SnapshotInfo& snapshot, std::uint64_t i);

// The snapshots for an import from one time to another: all but those taken while the guests were
// frozen, of which the frozen snapshot alone counts.
std::vector<std::size_t> snapshots_between(const Dataset& data, Time from, Time until);

}  // namespace ksmsim::traces::snapshots
