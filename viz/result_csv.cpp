#include "viz/result_csv.hpp"

#include <fmt/core.h>

#include "sim/ksm/files.hpp"
#include "viz/summary_figures.hpp"

namespace ksmsim::viz {
namespace {

// Calls f(name, value) for every column of a sample; those of the host only where it is described.
template <class F>
void for_each_column(const results::RunResult& result, const results::Sample& s, F&& f) {
  for_each_shown(s.counters, f);
  f("run", s.run);
  f("pages_to_scan", s.pages_to_scan);
  f("sleep_millisecs", s.sleep_millisecs);
  f("passes", s.passes);
  f("ksmd_cpu_ns", s.ksmd_cpu_ns);
  for_each_truth(s.truth, f);
  f("saved_bytes", s.truth.saved_bytes());
  if (result.host) results::for_each_host_figure(s.host, f);
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
