// A line of progress on a terminal, for work that takes longer than a second. Nothing is shown when
// standard error is not a terminal, and nothing is left behind.
#pragma once
#include <chrono>
#include <string>

namespace ksmsim::cli {

class Progress {
 public:
  // `what` is being done: "replaying guests.bin".
  explicit Progress(std::string what);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  // So much of 1 is done; `detail` is shown behind it. Cheap: shows at most ten times a second.
  void update(double part, const std::string& detail);

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point begin_;
  Clock::time_point next_;
};

}  // namespace ksmsim::cli
