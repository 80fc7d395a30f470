// The processes of the machine: which one it is, what it is called, what /proc tells of it at a
// moment. Nothing here changes a process or makes it wait.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::live {

// What a process is recognised by: numbers are used again, start times are not.
struct ProcessId {
  pid_t number = 0;
  std::uint64_t start_ticks = 0;  // Since boot, in USER_HZ.

  auto operator<=>(const ProcessId&) const = default;
};

// Of /proc/PID/stat.
struct ProcessStat {
  ProcessId id;
  std::string command;  // As the kernel keeps it: at most 15 characters.
  char state = '?';     // 'Z': it has ended and nobody has asked how.
  pid_t parent = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t resident_pages = 0;
};
// A text of the form of /proc/PID/stat, or nothing.
std::optional<ProcessStat> parse_stat(const std::string& text);

// What the process is now, or nothing if there is none of this number.
std::optional<ProcessStat> stat_of(pid_t process);
// Whether this very process still runs.
bool runs(const ProcessId& process);

// Its command line, word by word; nothing for threads of the kernel.
std::vector<std::string> command_line(pid_t process);

// All processes, by their numbers.
std::vector<pid_t> all_processes();

// All of a file of procfs or sysfs that is read once, or nothing. (One that is read again and again
// is a SysFile.)
std::optional<std::string> small_file(const std::string& path);
// The number behind `key` ("ksm_zero_pages 12") in a text of a line each, or nothing.
std::optional<std::int64_t> number_behind(const std::string& key, const std::string& text);
// The number in such a file, behind `key` if that is not empty ("ksm_zero_pages 12").
std::optional<std::int64_t> number_in(const std::string& path, const std::string& key = "");

}  // namespace ksmsim::live
