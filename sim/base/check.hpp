// KSM_CHECK stops the program at a broken promise: a bug of ours, never bad input (see result.hpp).
// It stays on in release builds; a wrong prediction is worse than none.
#pragma once

namespace ksmsim {
// Prints what was promised and where, then aborts.
[[noreturn]] void check_failed(const char* what, const char* file, int line);
}  // namespace ksmsim

#define KSM_CHECK(condition) \
  ((condition) ? void() : ::ksmsim::check_failed(#condition, __FILE__, __LINE__))
