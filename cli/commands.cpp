#include "cli/commands.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

int unusable(const Error& error) {
  fmt::print(stderr, "ksmsim: {}\n", error.text);
  return kUnusable;
}

CLI::Option* add_kernel_option(CLI::App& app, std::string& kernel, const std::string& what) {
  kernel = ksm::newest_traits().kernel;
  return app
      .add_option(
          "--kernel", kernel,
          fmt::format("{}: {}, or a release as uname -r says it", what, ksm::known_kernels()))
      ->capture_default_str()
      ->type_name("VERSION");
}

}  // namespace ksmsim::cli
