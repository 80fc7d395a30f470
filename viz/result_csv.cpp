#include "viz/result_csv.hpp"

#include <fmt/core.h>

#include <string_view>
#include <type_traits>

#include "sim/ksm/files.hpp"
#include "viz/summary_figures.hpp"

namespace ksmsim::viz {
namespace {

// Calls f(name, value) for every column of a sample but its time: its fields, and behind counters
// and truth what is derived of them; those of the host only where it is described.
template <class F>
void for_each_column(const results::RunResult& result, const results::Sample& sample, F&& f) {
  for_each_field(sample, [&](std::string_view name, const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, ksm::Counters>) {
      for_each_shown(field, f);
    } else if constexpr (std::is_same_v<Field, results::Truth>) {
      for_each_field(field, f);
      f("saved_bytes", field.saved_bytes());
    } else if constexpr (std::is_same_v<Field, results::HostFigures>) {
      if (result.host) for_each_field(field, f);
    } else if (name != "at_ns") {
      f(name.data(), field);
    }
  });
}

}  // namespace

// A counter that the simulated kernel lacks is an empty field, as it is in lockstep rows.
std::string result_csv(const results::RunResult& result) {
  const ksm::Traits& kernel = kernel_of(result);
  std::string text = "seconds";
  for_each_column(result, results::Sample{},
                  [&](const char* name, std::int64_t) { text += fmt::format(",{}", name); });
  text += '\n';
  for (const results::Sample& s : result.samples) {
    text += fmt::format("{}.{:09}", s.at_ns / 1'000'000'000, s.at_ns % 1'000'000'000);
    for_each_column(result, s, [&](const char* name, std::int64_t v) {
      const bool lacks = ksm::find_file(name) != nullptr && !ksm::has_file(kernel, name);
      text += lacks ? "," : fmt::format(",{}", v);
    });
    text += '\n';
  }
  return text;
}

}  // namespace ksmsim::viz
