// Values of declared parameters (models/parameters.hpp) as scenarios write them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "models/parameters.hpp"
#include "models/toml/table_reader.hpp"

namespace ksmsim::models {

// The keys under which the parameter can be written, the first with the unit of its default:
// "size_mib", "size_pages".
std::vector<std::string> keys_of(const Parameter& parameter);

// Whether a table may leave it out.
inline bool has_default(const Parameter& parameter) { return !parameter.otherwise.empty(); }

// The value that the table has for the parameter; nothing if it has none or if that is wrong,
// which the document of the table knows then.
std::optional<Value> read_value(const TableReader& table, const Parameter& parameter);

// The value of a parameter that is left out. REQUIRES: has_default(parameter), and the default is
// one that could be written.
Value default_of(const Parameter& parameter);

}  // namespace ksmsim::models
