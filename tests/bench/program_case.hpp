// The program as people call it: replay of the example, import of a memory image. On one core.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "tests/bench/temp_folder.hpp"

namespace ksmsim::bench {

struct ProgramRun {
  double wall_s = 0, cpu_s = 0;
};

inline constexpr double kReplaySecondsMax = 2;
// `ksmsim --trace` of the example guests, once.
Result<ProgramRun> replay_example(const std::string& ksmsim);

inline constexpr double kImportGibPerSecondMin = 1;

// A raw memory image in a folder of its own, gone with the object: 30 % pages of zeros, 20 % copies
// of earlier pages, the rest random bytes, in runs of 1 to 64 pages. In the page cache.
class MemoryImage {
 public:
  static constexpr std::uint64_t kPages = 3ull << 18;  // 3 GiB.

  // Writes it, below the system's folder for temporary files.
  Result<void> make();
  double gib() const { return static_cast<double>(kPages) / (1 << 18); }
  // `ksmsim import dump IMAGE -o OUT`, once.
  Result<ProgramRun> import(const std::string& ksmsim) const;

 private:
  std::optional<TempFolder> folder_;
};

}  // namespace ksmsim::bench
