// Memory that was never offered to KSM: that a run shows it, why that happens to people, and what
// they can do.
#pragma once
#include <span>
#include <string>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// Whether run was 1 at a sample and ksmd had nothing to look at: it scanned no page, ended no pass,
// and in the end no guest has memory that may be merged. On a host, full_scans stays 0.
// REQUIRES: the result has a sample.
bool nothing_was_registered(const results::RunResult& result);

// The same in words, without an end.
std::string unregistered_text();

// A usual reason why a program's memory is not registered: sentences, without line breaks.
struct Unregistered {
  const char* memory;  // What memory it is; a few words.
  const char* why;
  const char* remedy;
};
std::span<const Unregistered> usual_unregistered();

}  // namespace ksmsim::viz
