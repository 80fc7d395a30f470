// Operations held in memory, as a source that copies cheaply.
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "sim/input/op_source.hpp"

namespace ksmsim::input {

class OpList : public OpSource {
 public:
  using Operations = std::vector<TimedOperation>;
  explicit OpList(std::shared_ptr<const Operations> operations)
      : operations_(std::move(operations)) {}

  Result<std::optional<TimedOperation>> next() override {
    if (next_ == operations_->size()) return std::optional<TimedOperation>{};
    return std::optional<TimedOperation>{(*operations_)[next_++]};
  }
  std::unique_ptr<OpSource> clone() const override { return std::make_unique<OpList>(*this); }

 private:
  std::shared_ptr<const Operations> operations_;
  std::size_t next_ = 0;
};

}  // namespace ksmsim::input
