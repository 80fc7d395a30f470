// How fast `ksmsim capture` looks at another process's memory, beside plain reading of the same
// memory. All pages hold random bytes, so every one is hashed to its end.
#pragma once
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::bench {

enum class PageSize : unsigned char { small, huge };
std::string name_of(PageSize size);

// Ways to go over the memory once.
enum class Reading : unsigned char {
  capture,  // What a sweep does: page map, process_vm_readv, hash. Of the other process.
  merged,   // As it reads guests of which KSM has merged pages: /proc/PID/mem, hash.
  plain,    // process_vm_readv alone, into the same buffer. Of the other process.
  copy,     // memcpy into the same buffer. Own memory.
  sum       // Each word is read and added. Own memory.
};
inline constexpr Reading kReadings[] = {Reading::capture, Reading::merged, Reading::plain,
                                        Reading::copy, Reading::sum};
std::string name_of(Reading reading);

inline constexpr double kCaptureGibPerSecondMin = 4;

// Another process, and as much memory of our own, with the same bytes.
class CapturedMemory {
 public:
  static constexpr std::size_t kBytes = std::size_t{1} << 30;

  // An error if there is no such memory, or the kernel gives no huge pages.
  static Result<std::unique_ptr<CapturedMemory>> make(PageSize size);
  ~CapturedMemory();
  CapturedMemory(const CapturedMemory&) = delete;
  CapturedMemory& operator=(const CapturedMemory&) = delete;

  // CPU time for going over it once. Units: GiB a second.
  Result<double> gib_per_second(Reading reading);

 private:
  CapturedMemory() = default;
  Result<void> capture();
  Result<void> capture_merged();
  Result<void> read_plainly();
  void copy();
  void sum();

  pid_t process_ = -1;  // Has it where we have it.
  int hold_ = -1;       // The process ends when this is closed.
  char* memory_ = nullptr;
  std::vector<char> buffer_;
  std::uint64_t sum_ = 0;  // So that nothing is left out.
};

}  // namespace ksmsim::bench
