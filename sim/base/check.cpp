#include "sim/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace ksmsim {

void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "ksmsim: bug: %s does not hold (%s:%d)\n", what, file, line);
  std::abort();
}

}  // namespace ksmsim
