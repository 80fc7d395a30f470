// How busy a guest is: as in working hours, or idle at a part of that.
#pragma once
#include <cstdint>

#include "models/guest_event.hpp"

namespace ksmsim::models {

inline constexpr std::uint64_t kWholePpm = 1'000'000;

class Activity {
 public:
  // `idle_ppm`: activity of an idle guest, as a part of a working one's.
  explicit Activity(std::uint64_t idle_ppm) : idle_ppm_(idle_ppm) {}

  // Takes note of what concerns it: a guest works from its boot on, until it is told `idle`.
  void on(const GuestEvent& event) {
    if (event.kind == EventKind::idle) level_ppm_ = idle_ppm_;
    if (event.kind == EventKind::work || event.kind == EventKind::login) level_ppm_ = kWholePpm;
  }
  std::uint64_t level_ppm() const { return level_ppm_; }

 private:
  std::uint64_t idle_ppm_;
  std::uint64_t level_ppm_ = kWholePpm;
};

}  // namespace ksmsim::models
