// What a capture says at its end, for people.
#pragma once
#include <cstdint>
#include <string>

#include "live/capture/capture.hpp"

namespace ksmsim::cli {

// How fast guests' memory was read and hashed, in GiB of it for each second of sweeps.
double gib_per_second(const live::capture::CaptureReport& report);

// How the trace came about, for its header.
std::string how_captured(const std::string& placement, Duration grain, bool assume_mergeable);

// Prints what was captured into `output` (so many bytes) and what equal contents would allow.
void print_capture(const live::capture::CaptureReport& report, const std::string& output,
                   std::uint64_t bytes);

}  // namespace ksmsim::cli
