// The samples of a run, and when the next one is due. A run keeps no more than so many: when there
// are as many, every second one goes and the interval doubles, so that a long run needs no more
// memory than a short one.
//
// Invariant: samples ascend in time, and the first is never left out. A value.
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

inline constexpr std::size_t kSamplesMax = 100'000;

class SampleSeries {
 public:
  // REQUIRES: interval > 0; samples_max > 1.
  explicit SampleSeries(Duration interval, std::size_t samples_max = kSamplesMax)
      : interval_(interval), samples_max_(samples_max) {
    KSM_CHECK(interval > Duration::zero() && samples_max > 1);
  }

  enum class Thinned : std::uint8_t { no, yes };
  // Keeps a sample; says whether every second one was left out then. REQUIRES: it is later than
  // those before it.
  Thinned add(const results::Sample& sample) {
    samples_.push_back(sample);
    if (samples_.size() < samples_max_) return Thinned::no;
    for (std::size_t i = 1; 2 * i < samples_.size(); ++i) samples_[i] = samples_[2 * i];
    samples_.resize((samples_.size() + 1) / 2);
    interval_ *= 2;
    return Thinned::yes;
  }
  // When the next sample is due: an interval after the last one kept, but not before `now`.
  // REQUIRES: there is one.
  Time next_time(Time now) const {
    return std::max(Time{Duration{samples_.back().at_ns}} + interval_, now);
  }
  // The last sample, whenever it is; one of the same moment gives way to it.
  void end(const results::Sample& sample) {
    if (!samples_.empty() && samples_.back().at_ns == sample.at_ns) samples_.pop_back();
    samples_.push_back(sample);
  }
  const std::vector<results::Sample>& samples() const { return samples_; }
  std::vector<results::Sample> take() { return std::move(samples_); }

 private:
  Duration interval_;
  std::size_t samples_max_;
  std::vector<results::Sample> samples_;
};

}  // namespace ksmsim::host
