// The samples of a result as a table in JSON: the names of the columns once, and a row of numbers
// for each sample. The host's columns are there if it is described.
#pragma once
#include "sim/results/run_result.hpp"
#include "viz/json_words.hpp"

namespace ksmsim::viz {

Json samples_json(const results::RunResult& result);
// The reverse, into a result that has a host if it is described. An Unfit (viz/json_reader.hpp)
// names the field, which is in "samples".
void read_samples(const Json& json, results::RunResult& result);

}  // namespace ksmsim::viz
