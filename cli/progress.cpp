#include "cli/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ksmsim::cli {

Progress::Progress(std::string what)
    : what_(std::move(what)),
      terminal_(isatty(STDERR_FILENO) == 1),
      begin_(Clock::now()),
      next_(begin_ + std::chrono::seconds(1)) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::update(double part, const std::string& detail) {
  if (!terminal_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  shown_ = true;
  constexpr std::size_t kWidth = 30;
  part = std::clamp(part, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(part * kWidth);
  fmt::print(stderr, "\r\x1b[K{} [{}{}] {:3.0f} %  {}", what_, std::string(full, '#'),
             std::string(kWidth - full, '.'), part * 100, detail);
  std::fflush(stderr);
}

}  // namespace ksmsim::cli
