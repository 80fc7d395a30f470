// Turns dumps of guests' memory, taken at one moment or several, into guest operations
// (moments/importer.hpp). Physical addresses become addresses of the address space: page index =
// physical address / 4096. All segments are mapped mergeable, as QEMU does it.
//
// Dumps are read one after the other, guest by guest; nothing of a page is kept but its hash.
#pragma once
#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/dumps/dump_file.hpp"
#include "traces/hash_key.hpp"
#include "traces/header.hpp"
#include "traces/moments/importer.hpp"

namespace ksmsim::traces::dumps {

// A page of zeros in a dump may be one that the guest wrote, or one that it never touched.
enum class Zeros : std::uint8_t { present, absent };

struct Dump {
  Time at;
  std::string name;  // Of the file, for errors and reports.
  std::function<Result<std::unique_ptr<std::istream>>()> open;  // Its errors name the file.
};

struct DumpedGuest {
  std::string name;
  std::vector<Dump> dumps;  // By time, which differs; not empty.
};

struct DumpOptions {
  moments::ImportOptions moments;
  Zeros zeros = Zeros::present;
  std::optional<Format> format;  // Recognised, if it is not said.
  PageIndex raw_base;            // Where raw images begin.
  // Told how many bytes of all files have been read, packed as they are. May be empty.
  std::function<void(std::uint64_t bytes)> progress;
};

// What one dump held.
struct DumpReport {
  std::string guest, name;
  Time at;
  Format format = Format::elf;
  unpack::Packing packing = unpack::Packing::plain;
  std::vector<Segment> segments;
  moments::MomentCounts counts;  // Parts are segments.
  std::vector<std::string> remarks;
};

class DumpImport {
 public:
  DumpImport(const HashKey& key, DumpOptions options);

  // Reads all dumps. An Error names file and byte. REQUIRES: at most kGuestsMax guests.
  Result<std::vector<DumpReport>> read(const std::vector<DumpedGuest>& guests);

  // After read(): guests, regions and classes; `program`, `hashing` and `notes` are left empty.
  TraceHeader header() const;
  // After read(), once: hands on the operations.
  Result<void> finish(const moments::Sink& sink, const moments::HandedOn& handed_on) {
    return importer_.finish(sink, handed_on);
  }
  std::uint64_t operations() const { return importer_.operations(); }

 private:
  Result<DumpReport> read_dump(std::uint32_t guest, const Dump& dump,
                               std::unique_ptr<std::istream> in);
  Result<void> add_pages(const DumpFile& file, const DumpFile::Pages& pages);

  HashKey key_;
  DumpOptions options_;
  moments::Importer importer_;
  TraceHeader header_;
  std::uint64_t bytes_ = 0;  // Of the dumps that are read.
};

}  // namespace ksmsim::traces::dumps
