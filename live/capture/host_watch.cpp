#include "live/capture/host_watch.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "live/sys_file.hpp"

namespace ksmsim::live::capture {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = "/sys/kernel/mm/ksm/";

// The last are written last: setting max_page_sharing and the like is refused while pages are
// merged, and pages_to_scan while an advisor has it.
int order_of(const std::string& knob) {
  if (knob == "run") return 2;
  return knob == "advisor_mode" ? 1 : 0;
}

void add_memory(NamedNumbers& numbers) {
  constexpr const char* kWanted[] = {"MemTotal",  "MemFree",       "MemAvailable", "Cached",
                                     "AnonPages", "AnonHugePages", "SwapTotal",    "SwapFree"};
  const auto text = live::small_file("/proc/meminfo");
  if (!text) return;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    std::int64_t kilobytes = 0;
    if (!(words >> name >> kilobytes) || name.back() != ':') continue;
    name.pop_back();
    if (std::find(std::begin(kWanted), std::end(kWanted), name) != std::end(kWanted)) {
      numbers.emplace_back(name + "_kB", kilobytes);
    }
  }
}

// "0-1,3" as a count.
unsigned count_of_list(const std::string& list) {
  unsigned count = 0;
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, ',');) {
    unsigned first = 0, last = 0;
    char dash = 0;
    std::istringstream range(part);
    if (!(range >> first)) continue;
    count += range >> dash >> last && dash == '-' && last >= first ? last - first + 1 : 1;
  }
  return count;
}

}  // namespace

HostWatch::HostWatch() : has_ksm_(fs::exists(kFolder + "run")) {
  if (auto ksmd = live::KernelThread::find("ksmd"); ksmd) ksmd_ = *std::move(ksmd);
  std::error_code error;
  for (const auto& file : fs::directory_iterator(kFolder, error)) {
    struct stat there {};
    if (stat(file.path().c_str(), &there) != 0 || !S_ISREG(there.st_mode)) continue;
    auto& files = (there.st_mode & S_IWUSR) != 0 ? knob_files_ : counter_files_;
    files.push_back(file.path().filename().string());
  }
  std::sort(counter_files_.begin(), counter_files_.end());
  std::sort(knob_files_.begin(), knob_files_.end(), [](const auto& a, const auto& b) {
    return std::pair(order_of(a), a) < std::pair(order_of(b), b);
  });
}

std::vector<std::pair<std::string, std::string>> HostWatch::knobs() const {
  std::vector<std::pair<std::string, std::string>> knobs;
  bool advised = false;
  for (const std::string& name : knob_files_) {
    const auto text = live::small_file(kFolder + name);
    if (!text) continue;
    knobs.emplace_back(name, live::chosen_word(*text));
    advised |= name == "advisor_mode" && knobs.back().second != "none";
  }
  if (advised) std::erase_if(knobs, [](const auto& k) { return k.first == "pages_to_scan"; });
  return knobs;
}

NamedNumbers HostWatch::counters() const {
  NamedNumbers numbers;
  for (const std::string& name : counter_files_) {
    if (const auto number = live::number_in(kFolder + name)) numbers.emplace_back(name, *number);
  }
  if (const auto run = live::number_in(kFolder + "run")) numbers.emplace_back("run", *run);
  if (ksmd_) {
    const auto cpu = ksmd_->cpu_ns();
    if (cpu) numbers.emplace_back("ksmd_cpu_ns", static_cast<std::int64_t>(*cpu));
  }
  add_memory(numbers);
  return numbers;
}

NamedNumbers guest_numbers(const std::string& name, const live::ProcessStat& stat) {
  NamedNumbers numbers{{name + "_rss_pages", static_cast<std::int64_t>(stat.resident_pages)},
                       {name + "_minor_faults", static_cast<std::int64_t>(stat.minor_faults)}};
  const auto merging =
      live::number_in("/proc/" + std::to_string(stat.id.number) + "/ksm_merging_pages");
  if (merging) numbers.emplace_back(name + "_merging_pages", *merging);
  return numbers;
}

unsigned memory_nodes() {
  const auto list = live::small_file("/sys/devices/system/node/has_memory");
  return list ? std::max(1U, count_of_list(*list)) : 1;
}

}  // namespace ksmsim::live::capture
