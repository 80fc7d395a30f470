#include "cli/commands.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace ksmsim::cli {

int unusable(const Error& error) {
  fmt::print(stderr, "ksmsim: {}\n", error.text);
  return kUnusable;
}

}  // namespace ksmsim::cli
