// Small snapshot sets made up for tests, held in memory, and what an import makes of them.
#pragma once
#include <zstd.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/input/operation_checker.hpp"
#include "traces/snapshots/dataset.hpp"
#include "traces/snapshots/importer.hpp"

namespace ksmsim::traces::snapshots::made_up {

using nlohmann::json;
using Hashes = std::vector<std::uint64_t>;
using Operations = std::vector<input::TimedOperation>;

inline constexpr std::uint64_t kNone = kAbsentHash, kZero = kZeroPageHash;

inline Time seconds(double s) { return at_nanoseconds(std::llround(s * 1e9)); }

inline std::string packed(const Hashes& hashes) {
  std::string bytes(ZSTD_compressBound(hashes.size() * 8), '\0');
  bytes.resize(
      ZSTD_compress(bytes.data(), bytes.size(), hashes.data(), hashes.size() * 8, /*level=*/3));
  return bytes;
}

inline json region(const std::string& guest, const std::string& role, std::uint64_t page,
                   std::uint64_t pages) {
  return {{"guest", guest}, {"role", role}, {"page", page}, {"pages", pages}};
}

// A data set that grows as it is told.
struct Recording {
  json meta = {{"format", "ksm-guests-1"}, {"page_size", 4096},        {"guests", json::array()},
               {"knobs", json::array()},   {"layouts", json::array()}, {"snapshots", json::array()},
               {"frozen", nullptr}};
  Hashes hashes;  // Of all snapshots; they share one file.
  std::string counters;

  void guest(const std::string& name, json start = nullptr, json stop = nullptr) {
    meta["guests"].push_back({{"name", name}, {"t_start", start}, {"t_stop", stop}});
  }
  void layout(json regions) { meta["layouts"].push_back(std::move(regions)); }
  void knob(double t, const std::string& name, json value) {
    meta["knobs"].push_back({{"t", t}, {"t_done", t}, {"knob", name}, {"value", value}});
  }
  // Reading it takes as many ms as it has pages: page i is read i ms behind t.
  void snapshot(double t, const Hashes& pages, std::size_t layout = 0,
                const std::string& zero_page_as = "absent", json label = nullptr) {
    meta["snapshots"].push_back({{"n", meta["snapshots"].size()},
                                 {"t", t},
                                 {"t_end", t + static_cast<double>(pages.size()) / 1000},
                                 {"label", label},
                                 {"layout", layout},
                                 {"pages", pages.size()},
                                 {"file", "snap.zst"},
                                 {"first", hashes.size()},
                                 {"zero_page_as", zero_page_as}});
    hashes.insert(hashes.end(), pages.begin(), pages.end());
  }

  std::shared_ptr<FilesInMemory> files() const {
    auto files = std::make_shared<FilesInMemory>();
    files->put("meta.json", meta.dump());
    files->put("snap.zst", packed(hashes));
    files->put("counters.csv", counters);
    return files;
  }
  Dataset load() const {
    auto data = load_dataset(files());
    INFO((data ? "" : data.error().text));
    REQUIRE(data.ok());
    return *std::move(data);
  }
};

// A sink that keeps everything, after OperationChecker accepted it.
class Kept {
 public:
  looks::Sink sink() {
    return [this](const input::TimedOperation& timed) -> Result<void> {
      if (auto r = checker_.apply(timed); !r) return r;
      operations.push_back(timed);
      return {};
    };
  }
  Operations operations;

 private:
  input::OperationChecker checker_;
};

inline Operations import(const Dataset& data, const ImportOptions& options = {}) {
  Kept kept;
  const auto report = import_recording(data, options, kept.sink());
  INFO((report ? "" : report.error().text));
  REQUIRE(report.ok());
  CHECK(report->operations == kept.operations.size());
  return kept.operations;
}

// The operations of one kind, with their times.
template <class Kind>
std::vector<std::pair<Time, Kind>> all(const Operations& operations) {
  std::vector<std::pair<Time, Kind>> found;
  for (const auto& [at, operation] : operations) {
    if (const auto* op = std::get_if<Kind>(&operation)) found.emplace_back(at, *op);
  }
  return found;
}

// What the pages of all guests hold after the operations up to a time, by guest and page.
using Pages = std::map<std::pair<std::string, std::uint64_t>, std::uint64_t>;

inline Pages pages_at(const Operations& operations, Time upto) {
  Pages pages;
  std::map<std::uint32_t, std::string> names;
  const auto erase = [&](const std::string& name, std::uint64_t start, std::uint64_t end) {
    pages.erase(pages.lower_bound({name, start}), pages.lower_bound({name, end}));
  };
  for (const auto& [at, operation] : operations) {
    if (at > upto) break;
    if (const auto* begin = std::get_if<input::Begin>(&operation)) {
      names[begin->mm.value] = begin->name;
    } else if (const auto* end = std::get_if<input::End>(&operation)) {
      erase(names[end->mm.value], 0, kPageIndexEnd);
    } else if (const auto* write = std::get_if<input::Write>(&operation)) {
      for (std::uint64_t i = 0; i < write->range.count.value; ++i) {
        pages[{names[write->range.mm.value], write->range.start.value + i}] = write->contents.of(i);
      }
    } else if (const auto* discard = std::get_if<input::Discard>(&operation)) {
      erase(names[discard->range.mm.value], discard->range.start.value, discard->range.end().value);
    } else if (const auto* unmap = std::get_if<input::Unmap>(&operation)) {
      erase(names[unmap->range.mm.value], unmap->range.start.value, unmap->range.end().value);
    }
  }
  return pages;
}

}  // namespace ksmsim::traces::snapshots::made_up
