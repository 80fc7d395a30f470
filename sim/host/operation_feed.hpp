// What guests do next: a stream of operations, looked at one operation ahead, so that it is known
// when the next one comes and whether there is one.
//
// A value: copying it copies its future.
#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"
#include "sim/input/op_source.hpp"

namespace ksmsim::host {

class OperationFeed {
 public:
  explicit OperationFeed(std::unique_ptr<input::OpSource> source) : source_(std::move(source)) {}

  // Looks for the next operation unless it is known already, or it is known that there is none;
  // an error if the input is wrong.
  Result<void> look_ahead() {
    if (next_ || ended_) return {};
    auto next = source_.next();
    if (!next) return next.error();
    next_ = std::move(*next);
    ended_ = !next_;
    return {};
  }
  // When the next operation is; kNever if there is none. REQUIRES: it was looked for.
  Time next_time() const { return next_ ? next_->at : kNever; }
  // REQUIRES: there is one.
  input::Operation take() {
    KSM_CHECK(next_.has_value());
    input::Operation operation = std::move(next_->operation);
    next_.reset();
    return operation;
  }
  // Whether all operations have been taken, and it was found that no more come.
  bool ended() const { return ended_; }

 private:
  input::OpStream source_;
  std::optional<input::TimedOperation> next_;
  bool ended_ = false;
};

}  // namespace ksmsim::host
