// Reads the page hashes of snapshots. Going through the snapshots in order unpacks each file once;
// going back unpacks it again from its beginning.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "traces/snapshots/dataset.hpp"
#include "traces/unpack/unpacker.hpp"

namespace ksmsim::traces::snapshots {

class PageReader {
 public:
  explicit PageReader(std::shared_ptr<const Files> files) : files_(std::move(files)) {}

  // The hashes of all pages in the order of the snapshot's layout. Memory grows with what the file
  // really holds, not with what the snapshot claims.
  Result<std::vector<std::uint64_t>> read(const SnapshotInfo& snapshot);

 private:
  // Stands at the first hash of the snapshot afterwards.
  Result<void> seek(const SnapshotInfo& snapshot);

  std::shared_ptr<const Files> files_;
  std::string open_;  // The name of the file that stream_ unpacks.
  std::unique_ptr<unpack::Unpacker> stream_;
};

}  // namespace ksmsim::traces::snapshots
