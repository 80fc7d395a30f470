#include "tests/bench/whole_memory_case.hpp"

#include <fstream>
#include <utility>

#include "tests/bench/child.hpp"
#include "tests/bench/temp_folder.hpp"

namespace ksmsim::bench {
namespace {

// Pages of the run that others are measured against.
constexpr std::uint64_t kFewPages = 20;

// Time for two passes and more. Units: seconds.
std::uint64_t length_of(std::uint64_t pages) { return 10 + 20 * pages / 1'000'000; }

std::string scenario_of(Mix mix, std::uint64_t pages) {
  const std::string region =
      mix == Mix::merged ? "kind = \"image\"\nimage = \"debian-12\"\nrelocated = 0\n"
                         : "kind = \"heap\"\nlifetimes = []\ngroups = [[1, 1]]\nzero_part = 0\n";
  return "title = \"" + name_of(mix) + "\"\nuntil_s = " + std::to_string(length_of(pages)) +
         "\nsample_s = 1\n[knobs]\npages_to_scan = 100000\nsmart_scan = 0\n"
         "[[guest]]\nname = \"guest\"\ncount = 2\nboot_s = 1\n"
         "[[guest.region]]\nsize_pages = " +
         std::to_string(pages / 2) + "\n" + region;
}

// The number behind a word at the beginning of a line of the summary; 0 if there is none.
std::uint64_t number_behind(const std::string& word, const std::string& summary) {
  const auto at = summary.find("\n" + word + " ");
  return at == std::string::npos
             ? 0
             : std::stoull("0" +
                           summary.substr(summary.find_first_not_of(' ', at + word.size() + 1)));
}

Result<Child> run_whole(const std::string& ksmsim, const WholeMemoryCase& c) {
  const auto folder = TempFolder::make();
  if (!folder) return folder.error();
  const std::string scenario = folder->path() + "/pages.toml";
  std::ofstream(scenario) << scenario_of(c.mix, c.pages);
  std::vector<std::string> words{ksmsim, "run", scenario};
  if (c.way == Way::trace) {
    const std::string trace = folder->path() + "/pages.bin";
    const auto generated = run_child({ksmsim, "generate", scenario, "-o", trace});
    if (!generated) return generated.error();
    if (generated->status != 0) return Error{generated->said};
    words = {ksmsim, "--trace", trace, "--until", std::to_string(length_of(c.pages))};
  }
  auto child = run_child(words);
  if (child && child->status != 0) return Error{child->said};
  return child;
}

}  // namespace

std::string name_of(Way way) { return way == Way::scenario ? "ksmsim run" : "ksmsim --trace"; }

std::vector<WholeMemoryCase> whole_memory_cases() {
  std::vector<WholeMemoryCase> all;
  for (const std::uint64_t millions : {1u, 4u, 16u}) {
    for (const Way way : {Way::scenario, Way::trace}) {
      for (const Mix mix : {Mix::unshared, Mix::merged})
        all.push_back({way, mix, millions * 1'000'000});
    }
  }
  return all;
}

double whole_bytes_per_page_max(Mix mix) { return mix == Mix::merged ? 50 : 36; }

Result<MemoryMeasured> measure_whole_memory(const std::string& ksmsim, const WholeMemoryCase& c) {
  const auto few = run_whole(ksmsim, {c.way, c.mix, kFewPages});
  if (!few) return few.error();
  const auto whole = run_whole(ksmsim, c);
  if (!whole) return whole.error();
  if (number_behind("passes", whole->said) < 2) return Error{"two whole passes were not measured"};
  if (whole->peak_bytes <= few->peak_bytes) return Error{"pages took no memory"};
  return MemoryMeasured{
      static_cast<double>(whole->peak_bytes - few->peak_bytes) / static_cast<double>(c.pages),
      whole->cpu_s};
}

}  // namespace ksmsim::bench
