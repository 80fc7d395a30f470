// What a trace says of itself before its operations: where it came from, which guests and regions
// it speaks of, what its classes are called, how its contents were hashed.
//
// Invariants of a usable header (check_header):
//   (1) classes[0] is "unknown"; the other names are not empty; no name comes twice.
//   (2) A region belongs to a guest of the list, is not empty and ends at or below kPageIndexEnd.
//   (3) Pages have kPageBytes bytes and times count nanoseconds.
// Guests and regions are for people and reports; what happens is in the operations alone.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"
#include "traces/format.hpp"

namespace ksmsim::traces {

// A guest by the name under which its address space begins.
struct Guest {
  std::string name;
  bool operator==(const Guest&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(name);
  }
};

// A region of a guest and what it is for: "ram", "heap", "rom".
struct Region {
  std::uint32_t guest = 0;  // Its place in TraceHeader::guests.
  std::string role;
  PageIndex start;
  PageCount count;
  bool operator==(const Region&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(guest, role, start.value, count.value);
  }
};

struct TraceHeader {
  std::string program;  // That made the trace, with its version.
  std::string host;     // Where the guests ran; free text.
  std::string kernel;   // Of that host; free text.
  std::string hashing;  // How bytes of pages became identities; free text.
  std::string notes;    // Whatever else is worth knowing.
  std::vector<Guest> guests;
  std::vector<Region> regions;
  std::vector<std::string> classes = {"unknown"};  // Names by ClassId.
  std::uint32_t page_bytes = kPageBytes;
  std::uint32_t time_unit_ns = 1;
  // A block ends before the operation that would make its unpacked payload larger than this; an
  // operation that is larger by itself has a block of its own. At most kBlockBytesMax.
  std::uint32_t block_bytes = kBlockBytesUsual;

  bool operator==(const TraceHeader&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(program, host, kernel, hashing, notes, guests, regions, classes, page_bytes,
            time_unit_ns, block_bytes);
  }
};

// Whether the invariants hold.
Result<void> check_header(const TraceHeader& header);

}  // namespace ksmsim::traces
