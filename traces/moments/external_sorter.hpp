// Sorts more records than memory holds: full buffers are sorted and put into a temporary file as
// runs, which are merged as they are read back. Little input never leaves memory.
//
// Records are plain values. Equal ones come out next to each other, in no particular order.
// Memory: `memory_bytes`, whatever is added (but 4 KiB a run once there are very many).
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "traces/moments/temp_file.hpp"

namespace ksmsim::traces::moments {

template <class Record>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  ExternalSorter(OpenTemp open, std::size_t memory_bytes)
      : file_(std::move(open)), most_(std::max<std::size_t>(memory_bytes / sizeof(Record), 1)) {}

  std::uint64_t size() const { return size_; }

  // REQUIRES: not sorted yet.
  Result<void> add(const Record& record) {
    if (buffer_.size() == most_) {
      if (auto r = put_run(); !r) return r;
    }
    if (buffer_.size() == buffer_.capacity()) {
      buffer_.reserve(std::clamp<std::size_t>(2 * buffer_.size(), 1, most_));
    }
    buffer_.push_back(record);
    ++size_;
    return {};
  }

  // From now on next() hands out what was added, the smallest first.
  Result<void> sort() {
    sort_buffer();
    if (runs_.empty()) return {};
    if (auto r = put_run(); !r) return r;
    buffer_ = {};
    const std::size_t least = std::max<std::size_t>(4096 / sizeof(Record), 1);
    at_once_ = std::max(most_ / runs_.size(), least);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (auto r = refill(runs_[i]); !r) return r;
      heap_.push_back(i);
    }
    std::make_heap(heap_.begin(), heap_.end(), later());
    return {};
  }

  // Nothing after the last one. REQUIRES: sorted.
  Result<std::optional<Record>> next() {
    if (runs_.empty()) {
      if (at_ == buffer_.size()) return std::optional<Record>{};
      return std::optional<Record>{buffer_[at_++]};
    }
    if (heap_.empty()) return std::optional<Record>{};
    std::pop_heap(heap_.begin(), heap_.end(), later());
    Run& run = runs_[heap_.back()];
    const Record record = run.records[run.at++];
    if (run.at == run.records.size()) {
      if (auto r = refill(run); !r) return r.error();
    }
    if (run.records.empty()) {
      heap_.pop_back();
    } else {
      std::push_heap(heap_.begin(), heap_.end(), later());
    }
    return std::optional<Record>{record};
  }

  // Empty again, for other records.
  void clear() {
    buffer_.clear();
    runs_.clear();
    heap_.clear();
    at_ = 0;
    size_ = 0;
    end_ = 0;
  }

 private:
  struct Run {
    std::uint64_t offset = 0, left = 0;  // In the file: bytes, records.
    std::vector<Record> records;         // Read back; those from `at` on are to come.
    std::size_t at = 0;
  };

  // By the smallest record that is to come: which of two runs is later.
  auto later() const {
    return [this](std::size_t a, std::size_t b) {
      return runs_[b].records[runs_[b].at] < runs_[a].records[runs_[a].at];
    };
  }
  void sort_buffer() {
    if (!std::is_sorted(buffer_.begin(), buffer_.end())) std::sort(buffer_.begin(), buffer_.end());
  }
  Result<void> put_run() {
    sort_buffer();
    if (auto r = file_.write(end_, buffer_.data(), buffer_.size() * sizeof(Record)); !r) return r;
    runs_.push_back({end_, buffer_.size(), {}, 0});
    end_ += buffer_.size() * sizeof(Record);
    buffer_.clear();
    return {};
  }
  Result<void> refill(Run& run) {
    run.at = 0;
    run.records.resize(std::min<std::uint64_t>(run.left, at_once_));
    if (run.records.empty()) return {};
    const std::size_t bytes = run.records.size() * sizeof(Record);
    if (auto r = file_.read(run.offset, run.records.data(), bytes); !r) return r;
    run.offset += bytes;
    run.left -= run.records.size();
    return {};
  }

  TempFile file_;
  const std::size_t most_;      // Records in memory.
  std::vector<Record> buffer_;  // Not in the file; once sorted, handed out from at_ on.
  std::size_t at_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t end_ = 0;  // Of the file.
  std::vector<Run> runs_;
  std::size_t at_once_ = 1;  // Records of a run that are read back together.
  std::vector<std::size_t> heap_;
};

}  // namespace ksmsim::traces::moments
