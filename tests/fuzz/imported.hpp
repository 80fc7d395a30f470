// What importers of any kind promise about whatever they are given.
#pragma once
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sim/input/operation_checker.hpp"
#include "tests/fuzz/promises.hpp"
#include "traces/header.hpp"
#include "traces/page_hash.hpp"

namespace ksmsim::traces {

inline const HashKey& key() {
  static const HashKey the_key = [] {
    std::string bytes;
    for (int i = 0; i < 192; ++i) bytes += static_cast<char>(i * 3);
    return *HashKey::from_bytes(bytes);
  }();
  return the_key;
}

// For an importer's temporary files.
inline Result<std::unique_ptr<std::iostream>> open_in_memory() {
  return std::unique_ptr<std::iostream>{std::make_unique<std::stringstream>()};
}

using Operations = std::vector<input::TimedOperation>;

// All that an import hands on, which a trace can hold.
template <class Import>
Operations operations_of(Import& import) {
  check(check_header(import.header()).ok());
  input::OperationChecker checker;
  Operations operations;
  const auto finished = import.finish(
      [&](const input::TimedOperation& timed) -> Result<void> {
        check(checker.apply(timed).ok());
        operations.push_back(timed);
        return {};
      },
      {});
  check(finished.ok());
  return operations;
}

}  // namespace ksmsim::traces
