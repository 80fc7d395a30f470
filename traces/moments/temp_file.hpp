// Where what does not fit in memory goes: a file without a name, which is gone when it is closed.
// Whoever starts an import says how one is made; tests keep it in memory.
#pragma once
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>

#include "sim/base/result.hpp"

namespace ksmsim::traces::moments {

// An empty stream that can be written, read and sought.
using OpenTemp = std::function<Result<std::unique_ptr<std::iostream>>()>;

// Made with the first write.
class TempFile {
 public:
  explicit TempFile(OpenTemp open) : open_(std::move(open)) {}

  Result<void> write(std::uint64_t offset, const void* from, std::size_t bytes);
  // REQUIRES: all of it was written.
  Result<void> read(std::uint64_t offset, void* to, std::size_t bytes);

 private:
  OpenTemp open_;
  std::unique_ptr<std::iostream> file_;
};

}  // namespace ksmsim::traces::moments
