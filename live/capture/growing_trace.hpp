// A trace that grows in a file while it is recorded and is whole all the time: blocks wait in
// memory until commit() puts them, together with an index and a trailer, behind the blocks that are
// there. Whoever kills the program then leaves a good trace of all that was committed (unless it
// dies within the one write that commits; what is good of that can be salvaged).
//
// The file is made beside its place, for its owner's eyes only (mode 0600), and gets its name with
// the first commit; without one nothing is left of it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "traces/header.hpp"

namespace ksmsim::live::capture {

enum class Replace : bool { no, yes };

class GrowingTrace {
 public:
  // Refuses a place where something is already, unless it is a regular file and `replace`. Errors
  // name the file.
  static Result<GrowingTrace> create(const std::string& path, Replace replace);
  GrowingTrace(GrowingTrace&&) noexcept;
  GrowingTrace& operator=(GrowingTrace&&) noexcept;
  ~GrowingTrace();

  // Writes the header. REQUIRES: once, before all below.
  Result<void> begin(const traces::TraceHeader& header);
  // As TraceWriter::add. What waits is put behind the file's blocks when it grows beyond a bound
  // (64 MiB), as commit() does.
  Result<void> add(const input::TimedOperation& timed);
  // Makes a whole trace of all that was added.
  Result<void> commit();
  // Bytes of the file.
  std::uint64_t bytes() const;

 private:
  struct State;
  explicit GrowingTrace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ksmsim::live::capture
