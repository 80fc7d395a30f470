#include "live/process.hpp"

#include <dirent.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>

namespace ksmsim::live {
namespace {

std::string folder(pid_t process) { return "/proc/" + std::to_string(process); }

}  // namespace

std::optional<std::string> small_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  if (in.bad()) return std::nullopt;
  return text.str();
}

std::optional<std::int64_t> number_behind(const std::string& key, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    std::int64_t number = 0;
    if (fields >> name >> number && (name == key || name == key + ":")) return number;
  }
  return std::nullopt;
}

std::optional<std::int64_t> number_in(const std::string& path, const std::string& key) {
  const auto text = small_file(path);
  if (!text) return std::nullopt;
  if (!key.empty()) return number_behind(key, *text);
  std::int64_t number = 0;
  return std::istringstream(*text) >> number ? std::optional(number) : std::nullopt;
}

std::optional<ProcessStat> parse_stat(const std::string& text) {
  // The command may hold anything, parentheses too.
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return std::nullopt;
  ProcessStat stat;
  stat.command = text.substr(open + 1, close - open - 1);
  std::istringstream before(text.substr(0, open));
  std::istringstream after(text.substr(close + 1));
  std::string skipped;
  const auto skip = [&](int fields) {
    while (fields-- > 0 && after >> skipped) {
    }
  };
  before >> stat.id.number;
  after >> stat.state >> stat.parent;  // Fields 3 and 4 of proc(5).
  skip(5);
  after >> stat.minor_faults;  // 10
  skip(11);
  after >> stat.id.start_ticks >> skipped >> stat.resident_pages;  // 22, 23, 24
  if (!before || !after) return std::nullopt;
  return stat;
}

std::optional<ProcessStat> stat_of(pid_t process) {
  const auto text = small_file(folder(process) + "/stat");
  return text ? parse_stat(*text) : std::nullopt;
}

bool runs(const ProcessId& process) {
  const auto stat = stat_of(process.number);
  return stat && stat->id == process && stat->state != 'Z' && stat->state != 'X';
}

std::vector<std::string> command_line(pid_t process) {
  std::vector<std::string> words;
  const auto text = small_file(folder(process) + "/cmdline");
  if (!text) return words;
  std::istringstream in(*text);
  for (std::string word; std::getline(in, word, '\0');) words.push_back(word);
  return words;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc{opendir("/proc"), closedir};
  while (const dirent* entry = proc ? readdir(proc.get()) : nullptr) {
    const std::string name = entry->d_name;
    pid_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size()) all.push_back(number);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace ksmsim::live
