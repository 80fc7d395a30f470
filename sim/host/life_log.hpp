// Measures how long the contents of guests' pages live, from what guests are told to do; for who
// asks why pages do not merge. It stands between a source and its run.
//
// A write counts as a new content, whatever it writes. Times are whole milliseconds; a page takes 4
// bytes, with those of its block of 512.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/input/op_source.hpp"
#include "sim/mem/address_space.hpp"
#include "sim/results/content_lives.hpp"

namespace ksmsim::host {

class LifeLog {
 public:
  // REQUIRES: OperationChecker accepts the operation after those before it.
  void record(const input::TimedOperation& op);
  // Up to now; what is there counts as standing. REQUIRES: nothing was recorded after it.
  results::ContentLives lives(Time now) const;

 private:
  // When contents came to be, in milliseconds; kNothing: there is none.
  using Block = std::array<std::uint32_t, mem::kBlockPages>;
  using Space = std::map<std::uint64_t, Block>;  // By page / kBlockPages.
  static constexpr std::uint32_t kNothing = ~std::uint32_t{0};

  void write(const input::PageRange& range, std::uint32_t now);
  void give_back(const input::PageRange& range, std::uint32_t now);
  void end(std::uint32_t& born, std::uint32_t now);

  std::vector<Space> spaces_;  // By MmId.
  results::LifeCounts ended_;
};

// A source that hands on what another one says, and records it when it has been carried out.
class RecordingSource : public input::OpSource {
 public:
  RecordingSource(std::unique_ptr<input::OpSource> source, std::shared_ptr<LifeLog> log)
      : source_(std::move(source)), log_(std::move(log)) {}

  Result<std::optional<input::TimedOperation>> next() override;
  // Records into a log of its own.
  std::unique_ptr<input::OpSource> clone() const override;

 private:
  std::unique_ptr<input::OpSource> source_;
  std::shared_ptr<LifeLog> log_;
  std::optional<input::TimedOperation> last_;  // Not recorded yet.
};

}  // namespace ksmsim::host
