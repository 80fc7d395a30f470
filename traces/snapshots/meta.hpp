// Reads the text of a data set's meta.json and checks all of it.
#pragma once
#include <string_view>

#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

// A Dataset without files, its invariants holding; or an Error with the field in it.
Result<Dataset> parse_meta(std::string_view text);

}  // namespace ksmsim::traces::snapshots
