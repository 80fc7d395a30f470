// What every reader of foreign bytes promises: it aborts where one of its promises is broken, so
// that the fuzzer sees it.
#pragma once
#include <cstdlib>
#include <string>

#include "sim/base/result.hpp"

namespace ksmsim {

inline void check(bool promise) {
  if (!promise) std::abort();
}

// One line, and not an empty one.
inline void check_error(const Error& error) {
  check(!error.text.empty() && error.text.find('\n') == std::string::npos);
}

}  // namespace ksmsim
