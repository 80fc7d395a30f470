// Turns lists of page hashes, as researchers publish them, into guest operations
// (moments/importer.hpp). A list says which pages are equal and nothing else; what it does not name
// is not present.
//
// Within a moment of a guest either no line has an index (pages count from 0 on) or all have one,
// ascending. Moments of a guest ascend. Lines are read one by one; nothing is kept of them but what
// each guest held at its last moment, in a temporary file.
#pragma once
#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/hash_key.hpp"
#include "traces/hash_lists/list_line.hpp"
#include "traces/header.hpp"
#include "traces/moments/importer.hpp"
#include "traces/unpack/unpacker.hpp"

namespace ksmsim::traces::hash_lists {

struct List {
  std::string guest;  // Whose pages stand before the first `guest` line,
  Time at;            // and when it had them, before the first `at` line.
  std::string name;   // Of the file.
  std::function<Result<std::unique_ptr<std::istream>>()> open;  // Its errors name the file.
};

struct ListOptions {
  moments::ImportOptions moments;
  Base base = Base::hexadecimal;
  std::optional<Hash> zero;    // Of a page of zeros.
  std::optional<HashKey> key;  // Hash the hashes under it.
  // Told how many bytes of all files have been read, packed as they are. May be empty.
  std::function<void(std::uint64_t bytes)> progress;
};

struct ListReport {
  std::string guest, name;
  Time at;
  moments::MomentCounts counts;
};

// A list with very many moments is reported by its first ones.
inline constexpr std::size_t kReportsMax = 10000;

class ListImport {
 public:
  explicit ListImport(ListOptions options);

  // Reads all lists. An Error names file and line.
  Result<std::vector<ListReport>> read(const std::vector<List>& lists);
  // Moments that were read; reports are at most kReportsMax.
  std::uint64_t moments() const { return moments_; }

  // After read(): guests and regions; `program`, `hashing` and `notes` are left empty.
  TraceHeader header() const;
  // After read(), once: hands on the operations.
  Result<void> finish(const moments::Sink& sink, const moments::HandedOn& handed_on) {
    return importer_.finish(sink, handed_on);
  }
  std::uint64_t operations() const { return importer_.operations(); }

  // What a page with this hash holds: 0 for that of zeros; the hash itself if it fits 64 bits and
  // there is no key; else a hash of it.
  std::uint64_t content_of(const Hash& hash) const;

 private:
  Result<void> read_list(const List& list, std::unique_ptr<std::istream> file);
  Result<void> read_lines(unpack::Unpacker& in);
  Result<void> take(const Line& line);
  Result<void> take_page(const Line& line);
  Result<void> begin_moment();
  Result<void> end_moment();

  ListOptions options_;
  moments::Importer importer_;
  std::map<std::string, std::uint32_t> guests_;
  std::vector<std::string> names_;
  std::vector<ListReport> reports_;
  std::uint64_t moments_ = 0;
  std::uint64_t bytes_ = 0;  // Of the lists that are read.

  // Of the list that is being read.
  std::string name_;
  std::uint64_t line_ = 0;
  std::string guest_;
  Time at_;
  bool in_moment_ = false, has_pages_ = false, has_indexes_ = false;
  PageIndex next_;  // The lowest page that may come.
};

}  // namespace ksmsim::traces::hash_lists
