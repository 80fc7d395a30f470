// Whether a run has settled: guests hold still, and enough whole passes in a row have saved what
// the one before saved.
//
// A value.
#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace ksmsim::host {

class Settling {
 public:
  // Somebody has done something that the input says.
  void note_operation(Time at) { last_operation_ = at; }
  enum class Guests : std::uint8_t { go_on, hold_still };
  // A pass has ended with so many pages saved; guests hold still if no operation will come.
  void note_pass(std::int64_t saved_pages, Guests guests) {
    still_passes_ = guests_were_still_ && saved_pages == saved_pages_ ? still_passes_ + 1 : 0;
    saved_pages_ = saved_pages;
    guests_were_still_ = guests == Guests::hold_still;
  }
  enum class SmartScan : std::uint8_t { off, on };
  // Two passes are enough. But with smart scan a page that has been there for long is visited every
  // ninth time only, and has to be visited twice.
  bool has_settled(SmartScan smart_scan) const {
    const bool old_pages = smart_scan == SmartScan::on && last_operation_ > kStart;
    return still_passes_ >= (old_pages ? 18 : 2);
  }

 private:
  Time last_operation_ = kStart;
  std::int64_t saved_pages_ = -1;   // When the last pass ended.
  int still_passes_ = 0;            // How many in a row left it so.
  bool guests_were_still_ = false;  // Since before the present pass began.
};

}  // namespace ksmsim::host
