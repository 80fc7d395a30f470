// Where operations come from: a trace in memory or in a file, a script, a model.
#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"

namespace ksmsim::input {

// A stream of operations that OperationChecker accepts, in order of time.
class OpSource {
 public:
  virtual ~OpSource() = default;
  // The next operation, nothing at the end, or what is wrong with the input.
  virtual Result<std::optional<TimedOperation>> next() = 0;
  // A second source that goes on from here, independent of this one (a Run can be copied).
  virtual std::unique_ptr<OpSource> clone() const = 0;
};

// An OpSource as a value: a copy goes on from the same place, independently.
class OpStream {
 public:
  explicit OpStream(std::unique_ptr<OpSource> source) : source_(std::move(source)) {}
  OpStream(const OpStream& other) : source_(other.source_->clone()) {}
  OpStream(OpStream&&) noexcept = default;
  OpStream& operator=(const OpStream& other) { return *this = OpStream(other); }
  OpStream& operator=(OpStream&&) noexcept = default;
  ~OpStream() = default;

  Result<std::optional<TimedOperation>> next() { return source_->next(); }

 private:
  std::unique_ptr<OpSource> source_;
};

}  // namespace ksmsim::input
