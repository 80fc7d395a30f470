// A process whose memory tests of `ksmsim capture` look at. It obeys lines from its standard input
// and answers each with one line when it is done: `ok ...` or `error ...`. It ends with its input.
//
//   map NAME PAGES [mergeable] [huge]   a region of its own, nothing in it; ok FIRST_PAGE
//   write NAME START COUNT CONTENT      zero, c:ID (the same in each page), seq:ID (ID, ID+1, ...)
//   read NAME START COUNT               one byte of each page
//   discard|unmap|pageout|collapse NAME START COUNT
//   advise NAME mergeable|unmergeable|small   (small: no huge pages are made of it from now on)
//   fork                                a child that does nothing; ok PID
//   private                             no longer traceable but by root (PR_SET_DUMPABLE)
//   optin                               PR_SET_MEMORY_MERGE
//   exit
//
// A page with ID holds ID in its first word and words that follow from it; pages differ if their
// IDs do. START counts from the beginning of the region; pages that nobody wrote are absent.
// Around each region is memory without any access, so that regions never join.
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = 512 * kPage;
// Younger than the headers of Debian 12.
constexpr int kMadvCollapse = 25;    // MADV_COLLAPSE, Linux 6.1.
constexpr int kSetMemoryMerge = 67;  // PR_SET_MEMORY_MERGE, Linux 6.4.

struct Region {
  char* begin = nullptr;
  std::size_t pages = 0;
};
std::map<std::string, Region> regions;

std::string failed(const std::string& what) { return "error " + what + ": " + strerror(errno); }

std::string map_region(std::istream& words) {
  std::string name, option;
  Region region;
  if (!(words >> name >> region.pages) || regions.count(name) > 0) return "error map";
  const std::size_t bytes = region.pages * kPage;
  void* const room = mmap(nullptr, bytes + 2 * kHugePage, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return failed("mmap");
  // The first boundary of a huge page that leaves at least a page before it.
  const auto address = reinterpret_cast<std::uintptr_t>(room);
  const std::uintptr_t first = (address + kPage + kHugePage - 1) / kHugePage * kHugePage;
  region.begin = static_cast<char*>(room) + (first - address);
  if (mprotect(region.begin, bytes, PROT_READ | PROT_WRITE) != 0) return failed("mprotect");
  while (words >> option) {
    const int advice = option == "mergeable" ? MADV_MERGEABLE : MADV_HUGEPAGE;
    if (advice == MADV_HUGEPAGE && option != "huge") return "error what is " + option;
    if (madvise(region.begin, bytes, advice) != 0) return failed(option);
  }
  regions[name] = region;
  return "ok " + std::to_string(reinterpret_cast<std::uintptr_t>(region.begin) / kPage);
}

void fill(char* page, std::uint64_t id) {
  if (id == 0) {
    std::memset(page, 0, kPage);
    return;
  }
  std::uint64_t word = id;
  for (std::size_t at = 0; at < kPage; at += sizeof word) {
    std::memcpy(page + at, &word, sizeof word);
    word = word * 6364136223846793005u + 1442695040888963407u;
  }
}

std::string write_pages(char* begin, std::size_t count, const std::string& content) {
  std::uint64_t id = 0, step = 0;
  if (content != "zero") {
    const std::size_t colon = content.find(':');
    if (colon == std::string::npos) return "error what is " + content;
    id = std::stoull(content.substr(colon + 1));
    step = content.compare(0, colon, "seq") == 0 ? 1 : 0;
  }
  for (std::size_t i = 0; i < count; ++i) fill(begin + i * kPage, id + i * step);
  return "ok";
}

std::string fork_child() {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return failed("fork");
  if (child > 0) return "ok " + std::to_string(child);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (getppid() == parent) pause();
  _exit(0);
}

std::string advise(char* begin, std::size_t count, int advice, const std::string& name) {
  return madvise(begin, count * kPage, advice) == 0 ? "ok" : failed(name);
}

std::string on_range(const std::string& command, std::istream& words) {
  std::string name, content;
  std::size_t start = 0, count = 0;
  if (!(words >> name >> start >> count)) return "error " + command + " NAME START COUNT";
  const auto region = regions.find(name);
  if (region == regions.end()) return "error no region " + name;
  if (count > region->second.pages || start > region->second.pages - count) {
    return "error beyond the region";
  }
  char* const begin = region->second.begin + start * kPage;
  if (command == "write") {
    words >> content;
    return write_pages(begin, count, content);
  }
  if (command == "read") {
    for (std::size_t i = 0; i < count; ++i) (void)*(volatile char*)(begin + i * kPage);
    return "ok";
  }
  if (command == "unmap") return munmap(begin, count * kPage) == 0 ? "ok" : failed(command);
  if (command == "discard") return advise(begin, count, MADV_DONTNEED, command);
  if (command == "pageout") return advise(begin, count, MADV_PAGEOUT, command);
  if (command == "collapse") return advise(begin, count, kMadvCollapse, command);
  return "error what is " + command;
}

std::string obey(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "map") return map_region(words);
  if (command == "fork") return fork_child();
  if (command == "private") return prctl(PR_SET_DUMPABLE, 0) == 0 ? "ok" : failed(command);
  if (command == "optin") {
    return prctl(kSetMemoryMerge, 1, 0, 0, 0) == 0 ? "ok" : failed(command);
  }
  if (command == "advise") {
    std::string name, how;
    words >> name >> how;
    const auto region = regions.find(name);
    if (region == regions.end()) return "error no region " + name;
    const std::map<std::string, int> advices{{"mergeable", MADV_MERGEABLE},
                                             {"unmergeable", MADV_UNMERGEABLE},
                                             {"small", MADV_NOHUGEPAGE}};
    const auto advice = advices.find(how);
    if (advice == advices.end()) return "error what is " + how;
    return advise(region->second.begin, region->second.pages, advice->second, how);
  }
  return on_range(command, words);
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line) && line != "exit") std::cout << obey(line) << std::endl;
}
