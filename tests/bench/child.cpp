#include "tests/bench/child.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace ksmsim::bench {
namespace {

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

// The child's half: one core, its output into the pipe, then the program.
[[noreturn]] void become(const std::vector<char*>& arguments, int output) {
  cpu_set_t all;
  if (sched_getaffinity(0, sizeof all, &all) == 0) {
    int last = CPU_SETSIZE - 1;
    while (last > 0 && !CPU_ISSET(static_cast<std::size_t>(last), &all)) --last;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(last), &one);
    (void)sched_setaffinity(0, sizeof one, &one);
  }
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

}  // namespace

Result<Child> run_child(const std::vector<std::string>& words) {
  std::vector<std::string> copies = words;
  std::vector<char*> arguments;
  arguments.reserve(copies.size() + 1);
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return Error{std::strerror(errno)};
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = fork();
  if (pid < 0) return Error{std::strerror(errno)};
  if (pid == 0) become(arguments, ends[1]);
  close(ends[1]);
  Child child;
  std::array<char, 4096> piece{};
  for (ssize_t n = 0; (n = read(ends[0], piece.data(), piece.size())) > 0;) {
    child.said.append(piece.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  rusage used{};
  if (wait4(pid, &status, 0, &used) != pid) return Error{std::strerror(errno)};
  child.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  child.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
  child.peak_bytes = static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
  child.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (child.status == 127) return Error{words.front() + ": cannot be started"};
  return child;
}

}  // namespace ksmsim::bench
