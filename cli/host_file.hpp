// --host FILE: what the machine is like, as TOML: the keys of a scenario's [host]
// (models/toml/host_table.hpp) without a table around them. What is not said stays as it is.
#pragma once
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/cost/prices.hpp"
#include "sim/host/run_options.hpp"

namespace ksmsim::cli {

// Reads the file over host and RAM of `run`. `classes` are the guests', by ClassId. Errors name
// file, line and column.
Result<void> read_host_file(const std::string& path, const std::vector<std::string>& classes,
                            host::RunOptions& run);

// How many prices are others than the measured ones.
int given_prices(const cost::Prices& prices);

}  // namespace ksmsim::cli
