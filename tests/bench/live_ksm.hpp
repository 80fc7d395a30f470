// A case on the real kernel of this machine: what ksmd, by its own account (schedstat), takes for
// the measured pass over pages of this process.
#pragma once
#include <cstddef>
#include <memory>
#include <string>

#include "sim/base/result.hpp"
#include "tests/bench/ksm_case.hpp"
#include "tests/bench/ksm_knobs.hpp"

namespace ksmsim::bench {

class LiveKsm {
 public:
  // Has KSM to itself until it goes. An error where that cannot be.
  static Result<std::unique_ptr<LiveKsm>> start(const KsmCase& c);
  ~LiveKsm();
  LiveKsm(const LiveKsm&) = delete;
  LiveKsm& operator=(const LiveKsm&) = delete;

  // CPU time of the measured pass. Units: nanoseconds for each page. An error if ksmd visited
  // other pages than ours.
  Result<double> measure();

 private:
  explicit LiveKsm(const KsmCase& c) : case_(c) {}
  Result<void> stop();
  Result<void> make_pages();
  void write_pages(int pass, bool whole);
  Result<double> carry_out_pass();
  void wait_until_asleep() const;
  double ksmd_ns() const;

  KsmCase case_;
  std::unique_ptr<KsmKnobs> knobs_;
  std::string ksmd_;  // Its folder in /proc.
  char* memory_ = nullptr;
  std::size_t bytes_ = 0;
  int next_pass_ = 0;
};

}  // namespace ksmsim::bench
