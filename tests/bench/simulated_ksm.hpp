// A case on the simulated kernel: makes the pages, carries out the passes before the measured one,
// and times that one alone.
#pragma once
#include <memory>

#include "sim/host/lockstep.hpp"
#include "tests/bench/ksm_case.hpp"

namespace ksmsim::bench {

class SimulatedKsm {
 public:
  explicit SimulatedKsm(const KsmCase& c) : case_(c) {}

  // CPU time of the measured pass. Units: nanoseconds for each page.
  double measure();

 private:
  void make_pages();
  void write_pages(int pass);
  double carry_out_pass();

  KsmCase case_;
  std::unique_ptr<host::Lockstep> kernel_;
  int next_pass_ = 0;
};

}  // namespace ksmsim::bench
