// What is made of a run besides its files: the summary, unless a command has something else to say.
#pragma once
#include <string>
#include <vector>

#include "sim/host/run.hpp"
#include "sim/results/run_result.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::cli {

class RunView {
 public:
  virtual ~RunView() = default;
  // How the run is to be done, before it begins: what else it is to measure can be said.
  virtual void prepare(host::RunOptions&) {}
  // The run is over; its finish() comes next.
  virtual void look_at(const host::Run&) {}
  // What is printed of the result. `heading` says what was run, `rests_on` what on, a line each.
  virtual std::string text(const results::RunResult& result, const std::string& heading,
                           const std::vector<std::string>& rests_on) const {
    return heading + viz::text_summary(result, rests_on);
  }
};

}  // namespace ksmsim::cli
