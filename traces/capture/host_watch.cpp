#include "traces/capture/host_watch.hpp"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace ksmsim::traces::capture {
namespace {

namespace fs = std::filesystem;

const std::string kFolder = "/sys/kernel/mm/ksm/";

// The last are written last: setting max_page_sharing and the like is refused while pages are
// merged, and pages_to_scan while an advisor has it.
int order_of(const std::string& knob) {
  if (knob == "run") return 2;
  return knob == "advisor_mode" ? 1 : 0;
}

// Where the CPU time of the kernel's thread `ksmd` stands.
std::string find_ksmd() {
  constexpr pid_t kKthreadd = 2;
  for (const pid_t process : all_processes()) {
    const auto stat = stat_of(process);
    if (stat && stat->command == "ksmd" && stat->parent == kKthreadd) {
      return "/proc/" + std::to_string(process) + "/schedstat";
    }
  }
  return "";
}

void add_memory(NamedNumbers& numbers) {
  constexpr const char* kWanted[] = {"MemTotal",  "MemFree",       "MemAvailable", "Cached",
                                     "AnonPages", "AnonHugePages", "SwapTotal",    "SwapFree"};
  const auto text = small_file("/proc/meminfo");
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

HostWatch::HostWatch() : has_ksm_(fs::exists(kFolder + "run")), ksmd_cpu_(find_ksmd()) {
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
    const auto text = small_file(kFolder + name);
    if (!text) continue;
    knobs.emplace_back(name, chosen_word(*text));
    advised |= name == "advisor_mode" && knobs.back().second != "none";
  }
  if (advised) std::erase_if(knobs, [](const auto& k) { return k.first == "pages_to_scan"; });
  return knobs;
}

NamedNumbers HostWatch::counters() const {
  NamedNumbers numbers;
  for (const std::string& name : counter_files_) {
    if (const auto number = number_in(kFolder + name)) numbers.emplace_back(name, *number);
  }
  if (const auto run = number_in(kFolder + "run")) numbers.emplace_back("run", *run);
  if (!ksmd_cpu_.empty()) {
    if (const auto cpu = number_in(ksmd_cpu_)) numbers.emplace_back("ksmd_cpu_ns", *cpu);
  }
  add_memory(numbers);
  return numbers;
}

NamedNumbers guest_numbers(const std::string& name, const ProcessStat& stat) {
  NamedNumbers numbers{{name + "_rss_pages", static_cast<std::int64_t>(stat.resident_pages)},
                       {name + "_minor_faults", static_cast<std::int64_t>(stat.minor_faults)}};
  const auto merging = number_in("/proc/" + std::to_string(stat.id.number) + "/ksm_merging_pages");
  if (merging) numbers.emplace_back(name + "_merging_pages", *merging);
  return numbers;
}

std::string chosen_word(const std::string& text) {
  const std::size_t open = text.find('['), close = text.find(']');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    return text.substr(open + 1, close - open - 1);
  }
  return text.substr(0, text.find('\n'));
}

unsigned memory_nodes() {
  const auto list = small_file("/sys/devices/system/node/has_memory");
  return list ? std::max(1U, count_of_list(*list)) : 1;
}

std::string kernel_release() {
  utsname names{};
  return uname(&names) == 0 ? names.release : "";
}

}  // namespace ksmsim::traces::capture
