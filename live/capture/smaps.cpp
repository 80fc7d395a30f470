#include "live/capture/smaps.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace ksmsim::live::capture {
namespace {

// A number without sign that fills the text.
std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "7f0c000-7f0d000 rw-p 00000000 00:00 0   [heap]"
std::optional<SmapsEntry> parse_head(const std::string& line) {
  std::istringstream words(line);
  std::string range, permissions, offset, device, inode;
  if (!(words >> range >> permissions >> offset >> device >> inode)) return std::nullopt;
  const std::size_t dash = range.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const auto start = number(std::string_view(range).substr(0, dash), 16);
  const auto end = number(std::string_view(range).substr(dash + 1), 16);
  const auto file = number(inode, 10);
  if (!start || !end || !file || *start >= *end || *start % kPageBytes != 0 ||
      *end % kPageBytes != 0) {
    return std::nullopt;
  }
  SmapsEntry entry;
  entry.start = PageIndex{*start / kPageBytes};
  entry.count = PageCount{(*end - *start) / kPageBytes};
  entry.permissions = permissions;
  entry.inode = *file;
  std::getline(words >> std::ws, entry.name);
  return entry;
}

// "Rss:    4 kB" and "VmFlags: rd wr": false if the line is neither known nor like them.
bool parse_detail(const std::string& line, SmapsEntry& entry) {
  std::istringstream words(line);
  std::string key;
  if (!(words >> key) || key.back() != ':') return false;
  if (key == "VmFlags:") {
    for (std::string flag; words >> flag;) entry.flags.push_back(flag);
  } else if (key == "AnonHugePages:" || key == "Swap:") {
    std::string amount;
    words >> amount;
    const auto kilobytes = number(amount, 10);
    if (!kilobytes) return false;
    (key == "Swap:" ? entry.swapped_kb : entry.huge_kb) = *kilobytes;
  }
  return true;
}

std::string role_of(const SmapsEntry& entry) {
  if (entry.name == "[heap]") return "heap";
  if (entry.name.starts_with("[stack")) return "stack";
  return "anonymous";
}

}  // namespace

bool SmapsEntry::has(const char* flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

Result<std::vector<SmapsEntry>> parse_smaps(const std::string& text) {
  std::vector<SmapsEntry> entries;
  std::istringstream lines(text);
  int number_of_line = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number_of_line;
    // Details begin with a capital letter, heads with a hexadecimal digit (Linux prints those
    // small).
    const bool head = !line.empty() && (line[0] < 'A' || line[0] > 'Z');
    if (head) {
      auto entry = parse_head(line);
      if (entry && (entries.empty() || entries.back().end() <= entry->start)) {
        entries.push_back(*std::move(entry));
        continue;
      }
    } else if (!entries.empty() && parse_detail(line, entries.back())) {
      continue;
    }
    return Error{"line " + std::to_string(number_of_line) + ": '" + line +
                 "' is nothing that smaps says"};
  }
  // [vsyscall] lies beyond what page indexes can say, and is never merged.
  std::erase_if(entries, [](const SmapsEntry& e) { return e.end().value > kPageIndexEnd; });
  return entries;
}

bool chosen(const SmapsEntry& entry, const Choice& choice) {
  if (entry.has("mg")) return true;
  if (!choice.assume_mergeable || entry.count < choice.least) return false;
  if (entry.permissions.size() < 4 || entry.permissions[3] != 'p' || entry.inode != 0) return false;
  // What vma_ksm_compatible (mm/ksm.c) refuses: mappings of devices, huge page pools, and such.
  for (const char* flag : {"pf", "io", "de", "ht", "mm", "sh", "dp"}) {
    if (entry.has(flag)) return false;
  }
  return true;
}

std::vector<CapturedRegion> captured_regions(const std::vector<SmapsEntry>& entries,
                                             const Choice& choice, Hypervisor hypervisor) {
  std::vector<CapturedRegion> regions;
  PageCount largest;
  for (const SmapsEntry& entry : entries) {
    if (!chosen(entry, choice)) continue;
    largest = std::max(largest, entry.count);
    regions.push_back({.start = entry.start,
                       .count = entry.count,
                       .role = role_of(entry),
                       .huge = entry.huge_kb > 0,
                       .swapped = entry.swapped_kb > 0});
  }
  if (hypervisor == Hypervisor::no) return regions;
  for (CapturedRegion& region : regions) {
    if (region.role != "anonymous") continue;
    region.role = region.count.value >= largest.value / 4 ? "ram" : "device";
  }
  return regions;
}

}  // namespace ksmsim::live::capture
