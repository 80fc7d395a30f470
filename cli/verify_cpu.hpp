// `ksmsim verify --cpu`: what ksmd's work costs on this machine, as a file for --host.
#pragma once
#include <string>

#include "cli/files.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {

struct VerifyCpuOptions {
  std::string output;  // The host file; none: only printed.
  std::string data;    // Keeps the measurements there, for `ksmsim calibrate`; empty: they go.
  Overwrite overwrite = Overwrite::no;
};

// Measures, fits, writes. Returns the exit status.
int verify_cpu(const VerifyCpuOptions& options, const std::string& release,
               const ksm::Traits& traits);

}  // namespace ksmsim::cli
