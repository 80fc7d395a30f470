// Writes pages one by one and hands them on as ranges: what follows on each other becomes one
// operation, of at most 1 MiB.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "models/pen.hpp"
#include "models/spread_job.hpp"

namespace ksmsim::models {

class RunWriter {
 public:
  // `pen` outlives it.
  explicit RunWriter(Pen& pen) : pen_(&pen) {}
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;
  ~RunWriter() { flush(); }

  // Page `page` gets this content, at the latest when this object ends.
  void put(std::uint64_t page, std::uint64_t content) {
    if (page != first_ + contents_.size() || contents_.size() == kPiecePages) flush();
    if (contents_.empty()) first_ = page;
    contents_.push_back(content);
  }
  // Hands on what is still held back: before reads and discards of the same pages.
  void flush() {
    if (contents_.empty()) return;
    pen_->write_each(first_, std::exchange(contents_, {}));
  }

 private:
  Pen* pen_;
  std::uint64_t first_ = 0;
  std::vector<std::uint64_t> contents_;
};

}  // namespace ksmsim::models
