// Operations as bytes: each is the time since the operation before it (8 bytes, nanoseconds), the
// number of its kind (1 byte: its place in input::Operation) and its fields, all as cereal's
// portable binary has them.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "traces/bounded_input.hpp"
#include "traces/string_output.hpp"

namespace ksmsim::traces {

// What an operation has to be by itself to be written or handed out, whatever came before it:
// values of enumerations, ranges, contents in the one form that the format has for them, nodes
// below kNodeEnd, a class below `class_end`.
Result<void> check_form(const input::Operation& operation, std::size_t class_end);
// Times lie in [kStart, kNever).
Result<void> check_time(Time at);

// Encodes operations without their times. Kept from one to the next for its buffer.
class OperationEncoder {
 public:
  // Kind and fields; good until the next call.
  const std::string& encode(const input::Operation& operation);

 private:
  StringOutput output_;
};

// Decodes the payload of a block, operation by operation.
class BlockDecoder {
 public:
  // At the beginning of the payload.
  BlockDecoder(std::shared_ptr<const std::string> payload, Time first, std::uint32_t operations,
               std::size_t class_end);
  // A second decoder that goes on from here.
  std::unique_ptr<BlockDecoder> clone() const;
  // The same with a copy of what is left of the payload, if that is half of a large one or less;
  // nothing otherwise. Its errors count bytes from there.
  std::unique_ptr<BlockDecoder> rest() const;

  bool at_end() const { return left_ == 0; }
  // The next operation, in good form, or an Error that says where in the payload.
  // REQUIRES: !at_end().
  Result<input::TimedOperation> next();
  // Whether nothing is left over. REQUIRES: at_end().
  Result<void> check_end() const;

 private:
  Error damaged(std::size_t at, const std::string& what) const;

  std::shared_ptr<const std::string> payload_;
  BoundedInput input_;
  Time now_;
  std::uint32_t operations_, left_;
  std::size_t class_end_;
};

}  // namespace ksmsim::traces
