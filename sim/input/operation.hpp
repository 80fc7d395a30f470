// Guest operations: everything that a trace, a model or a script can say about what guests do and
// hold, each at a virtual time. This is the only way into the simulation besides its configuration.
//
// Rules, checked by OperationChecker:
//   (1) Address spaces are numbered from 0 in the order in which they begin; a number is never
//       used again.
//   (2) All of a range is mapped (for `Map`: none of it), is not empty and ends at or below
//       kPageIndexEnd.
//   (3) Times do not go back.
//
// The order of the alternatives of `Operation` is the code of each kind in guests.bin
// (docs/trace-format.md): new kinds go to the end.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::input {

enum class Mergeable : std::uint8_t { no, yes };
enum class Switch : std::uint8_t { off, on };

// `count` pages of one address space, from page `start` on.
struct PageRange {
  MmId mm;
  PageIndex start;
  PageCount count;

  PageIndex end() const { return start + count; }
  bool operator==(const PageRange&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mm.value, start.value, count.value);
  }
};

// What the pages of a written range hold, as content identities (0 is the page of zeros; numeric
// order stands for byte-wise order). Page i of the range holds each[i] if `each` is not empty, and
// first + i % period otherwise. REQUIRES: period > 0, no identity overflows, `each` is empty or as
// long as the range.
struct Contents {
  std::uint64_t first = 0;
  std::uint64_t period = 1;
  std::vector<std::uint64_t> each;

  std::uint64_t of(std::uint64_t i) const { return each.empty() ? first + i % period : each[i]; }
  bool operator==(const Contents&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(first, period, each);
  }
};

// An address space (a process, a guest) begins.
struct Begin {
  MmId mm;
  std::string name;  // Of the guest; unique among the living.
  bool operator==(const Begin&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mm.value, name);
  }
};

// `child` begins as a copy of `parent`: same regions, same pages, copy-on-write.
struct Fork {
  MmId parent, child;
  std::string name;  // Of the child.
  bool operator==(const Fork&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(parent.value, child.value, name);
  }
};

// The address space ends and its memory is freed.
struct End {
  MmId mm;
  bool operator==(const End&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mm.value);
  }
};

// A private anonymous region, nothing of it present.
struct Map {
  PageRange range;
  Mergeable mergeable = Mergeable::yes;
  bool operator==(const Map&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, mergeable);
  }
};

struct Unmap {
  PageRange range;
  bool operator==(const Unmap&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range);
  }
};

// madvise MADV_MERGEABLE or MADV_UNMERGEABLE; the latter unmerges at once.
struct Advise {
  PageRange range;
  Mergeable mergeable = Mergeable::yes;
  bool operator==(const Advise&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, mergeable);
  }
};

// prctl(PR_SET_MEMORY_MERGE): all regions of the process, also later ones.
struct OptIn {
  MmId mm;
  Switch merge_any = Switch::on;
  bool operator==(const OptIn&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mm.value, merge_any);
  }
};

// Every page of the range is written whole, which makes it present and breaks sharing. The pages
// belong to `page_class` from now on.
struct Write {
  PageRange range;
  Contents contents;
  ClassId page_class;
  bool operator==(const Write&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, contents, page_class.value);
  }
};

// Every page is read `times` times: what is in swap comes back; a page that was never written maps
// the kernel's page of zeros.
struct Read {
  PageRange range;
  std::uint64_t times = 1;
  bool operator==(const Read&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, times);
  }
};

// MADV_DONTNEED: the pages are no longer present.
struct Discard {
  PageRange range;
  bool operator==(const Discard&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range);
  }
};

// Pages of the range that only one site maps go to swap.
struct SwapOut {
  PageRange range;
  bool operator==(const SwapOut&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range);
  }
};

// All pages of all address spaces go to swap.
struct SwapAll {
  bool operator==(const SwapAll&) const = default;
  template <class Archive>
  void serialize(Archive&) {}
};

// Pages of the range that are in swap come back without being touched (read-ahead).
struct SwapIn {
  PageRange range;
  bool operator==(const SwapIn&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range);
  }
};

// On: every aligned 2 MiB of the range that can becomes a huge page at once, as by MADV_COLLAPSE;
// pages that were not there are zeros then. Off: huge pages that the range touches are split.
struct Huge {
  PageRange range;
  Switch huge = Switch::on;
  bool operator==(const Huge&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, huge);
  }
};

// Pages of the range that are made from now on come from this NUMA node.
struct SetNode {
  PageRange range;
  NumaNode node;
  bool operator==(const SetNode&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, node.value);
  }
};

// Present pages of the range move to this NUMA node, and with them all that share them.
struct Move {
  PageRange range;
  NumaNode node;
  bool operator==(const Move&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, node.value);
  }
};

// Pages of the range are pinned (O_DIRECT, VFIO) or let go; a pinned page cannot merge.
struct Pin {
  PageRange range;
  Switch pinned = Switch::on;
  bool operator==(const Pin&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, pinned);
  }
};

// What a capture saw of a range, kept beside the result and never an input: that its pages were
// merged by the host's KSM at that moment, or in swap.
enum class Seen : std::uint8_t { merged, swapped };
struct Observe {
  PageRange range;
  Seen seen = Seen::merged;
  bool operator==(const Observe&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range, seen);
  }
};

// A write to /sys/kernel/mm/ksm/KNOB, with the text as written (without newline).
struct SetKnob {
  std::string knob, value;
  bool operator==(const SetKnob&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(knob, value);
  }
};

// Counters that the captured host showed, by their sysfs names; kept beside the result, never an
// input.
struct HostCounters {
  std::vector<std::pair<std::string, std::int64_t>> values;
  bool operator==(const HostCounters&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(values);
  }
};

// khugepaged goes over the range once: every aligned 2 MiB of it that khugepaged may collapse
// becomes a huge page.
struct Collapse {
  PageRange range;
  bool operator==(const Collapse&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(range);
  }
};

// What a guest is busy with from now on (boot, update, antivirus, ...), in a word; empty if nothing
// special. It changes no memory; it says what broken sharing is due to.
struct Activity {
  MmId mm;
  std::string what;
  bool operator==(const Activity&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mm.value, what);
  }
};

using Operation = std::variant<Begin, Fork, End, Map, Unmap, Advise, OptIn, Write, Read, Discard,
                               SwapOut, SwapAll, SwapIn, Huge, SetNode, Move, Pin, Observe, SetKnob,
                               HostCounters, Collapse, Activity>;

struct TimedOperation {
  Time at;
  Operation operation;
  bool operator==(const TimedOperation&) const = default;
};

}  // namespace ksmsim::input
