// Turns what guests held at several moments into guest operations. Whoever reads dumps or lists of
// hashes hands in pages, moment by moment; this compares each moment with the one before it.
//
//   - A guest begins with its first moment and holds then what it held.
//   - A page whose content differs between two moments was written once (discarded, if it is no
//     longer there), at a time in between that Placement chooses; what came between is unknown.
//   - A page whose content is the same was not written.
//
// Memory is bounded, whatever guests hold (ImportOptions): a moment is compared with what the Spool
// kept of the one before, and changes wait in a Timeline until all moments are there.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "traces/looks/placement.hpp"
#include "traces/moments/distinct_counter.hpp"
#include "traces/moments/spool.hpp"
#include "traces/moments/timeline.hpp"

namespace ksmsim::traces::moments {

struct ImportOptions {
  looks::Placement placement = looks::Placement::spread;
  Duration grain = std::chrono::milliseconds{100};  // See Placer.
  OpenTemp open_temp;                               // REQUIRED.
  // For changes until they are in order, and for counting different contents; what is more goes
  // to temporary files.
  std::size_t changes_memory_bytes = std::size_t{64} << 20;
  std::size_t distinct_memory_bytes = std::size_t{32} << 20;
};

// Pages of a part of a guest's memory, or of all of it.
struct PageCounts {
  std::uint64_t present = 0;
  std::uint64_t distinct = 0;  // Different contents; that of zeros is one.
  std::uint64_t zero = 0;
  std::uint64_t changed = 0;  // Since the moment before; all, in the first one.
};

struct MomentCounts {
  PageCounts all;
  std::vector<PageCounts> parts;
  std::uint64_t vanished = 0;  // Pages that were there the moment before.
};

// Whether a guest can be called so.
Result<void> check_guest_name(const std::string& name);

class Importer {
 public:
  explicit Importer(ImportOptions options);

  // REQUIRES: check_guest_name(), no guest is called so, fewer than kGuestsMax so far.
  std::uint32_t add_guest(const std::string& name);
  // The time of its last moment.
  std::optional<Time> last_moment(std::uint32_t guest) const { return guests_[guest].last; }

  // One moment after the other. REQUIRES: later than last_moment().
  void begin_moment(std::uint32_t guest, Time at);
  // A page of the moment; kNoContent is as good as not handing it in. `part` is a small number by
  // which it is counted. REQUIRES: behind the page before it, below kPageIndexEnd.
  Result<void> add(PageIndex page, std::uint64_t content, ClassId page_class, std::uint32_t part);
  // Ends the moment, whose memory lies in these ranges: ascending, disjoint, not empty. None: all
  // its life the guest has one range, from its lowest to its highest page at any moment.
  Result<MomentCounts> end_moment(std::span<const Range> layout);
  // The guest has no more moments.
  void end_guest(std::uint32_t guest);

  // Hands on all operations, which OperationChecker accepts. Once, at the end.
  Result<void> finish(const Sink& sink, const HandedOn& handed_on);
  std::uint64_t operations() const { return timeline_.operations(); }
  // The pages of a guest from the lowest to the highest that it had at any moment.
  std::optional<Range> extent(std::uint32_t guest) const { return guests_[guest].extent; }

 private:
  struct Guest {
    std::string name;
    std::uint64_t moments = 0;
    std::optional<Time> first, last;
    std::optional<Spool::Kept> kept;  // What it held at its last moment.
    std::vector<Range> layout;        // Then; empty if it was never said.
    std::optional<Range> extent;
  };

  Guest& now() { return guests_[guest_]; }
  Result<void> next_before();
  // The page was there the moment before and is not any more.
  Result<void> vanish(PageIndex page);
  Time place(PageIndex page);

  ImportOptions options_;
  looks::Placer placer_;
  Timeline timeline_;
  Spool spool_;
  DistinctCounter distinct_;
  std::vector<Guest> guests_;

  // The moment that is under way.
  std::uint32_t guest_ = 0;
  Time at_;
  MomentCounts counts_;
  std::optional<Spool::Reader> reader_;
  std::optional<Spool::Page> before_;  // The next page of the moment before.
};

}  // namespace ksmsim::traces::moments
