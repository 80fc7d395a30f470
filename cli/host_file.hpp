// --host FILE: what the machine is like, as TOML. Everything that is not said keeps its default.
//
//   hz = 250                       # ticks a second of the host's kernel
//   boot_ms = 1234567              # uptime when the run begins; decides the phase of the ticks
//   agreed_bytes = 33              # that unequal pages have in common from their start, on average
//   [agreed_bytes_of]              # the same for single classes of the trace
//   "pc.ram" = 40
//   [prices_ps]                    # picoseconds for each unit of ksmd's work
//   checksums = 800000
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/host/run_options.hpp"

namespace ksmsim::cli {

// Reads the file over `host`. `classes` are the trace's, by ClassId. Errors name file and key.
Result<void> read_host_file(const std::string& path, const std::vector<std::string>& classes,
                            host::HostOptions& host);

}  // namespace ksmsim::cli
