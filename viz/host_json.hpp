// The host around ksmd as a part of the JSON of a whole result: lossless.
#pragma once
#include "sim/results/run_result.hpp"
#include "viz/json_words.hpp"

namespace ksmsim::viz {

// The host without the samples' figures of it.
Json host_outcome_json(const results::HostOutcome& host);
// REQUIRES: the result has a host.
Json host_json(const results::RunResult& result);
// The reverse: fills in the host, and the samples' figures of it. REQUIRES: the result has its
// samples. An exception if it is none, or of another number of samples.
void add_host(const Json& json, results::RunResult& result);

}  // namespace ksmsim::viz
