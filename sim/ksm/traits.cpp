#include "sim/ksm/traits.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace ksmsim::ksm {
namespace {

constexpr std::array<Traits, 1> kKernels{{
    {.kernel = "6.18", .enable_words = EnableWords::taken},
}};

}  // namespace

Result<const Traits*> traits_of(std::string_view kernel) {
  std::string known;
  for (const Traits& row : kKernels) {
    const auto rest = kernel.substr(std::min(kernel.size(), row.kernel.size()));
    if (kernel.starts_with(row.kernel) && (rest.empty() || rest[0] == '.' || rest[0] == '-')) {
      return &row;
    }
    known += (known.empty() ? "" : ", ") + std::string(row.kernel);
  }
  return Error{"kernel '" + std::string(kernel) + "' is not known; known: " + known};
}

const Traits& newest_traits() { return kKernels.back(); }

}  // namespace ksmsim::ksm
