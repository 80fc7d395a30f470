#include "cli/commands.hpp"

#include <fmt/core.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <system_error>

#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

int unusable(const Error& error) {
  fmt::print(stderr, "ksmsim: {}\n", error.text);
  return kUnusable;
}

Option* add_kernel_option(Command& app, std::string& kernel, const std::string& what) {
  kernel = ksm::default_traits().kernel;
  return app
      .add_option(
          "--kernel", kernel,
          fmt::format("{}: {}, or a release as uname -r says it", what, ksm::known_kernels()))
      ->capture_default_str()
      ->type_name("VERSION");
}

Option* add_seed_option(Command& app, std::uint64_t& seed, const std::string& what) {
  // Looked at as text: what CLI11 makes of -1 is a large number.
  const auto wrong = [](const std::string& text) -> std::string {
    std::int64_t number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (whole && number >= 0) return "";
    return fmt::format("should be a whole number from 0 to {}", INT64_MAX);
  };
  return app.add_option("--seed", seed, what)->check(wrong)->type_name("NUMBER");
}

}  // namespace ksmsim::cli
