// What equal contents allow, and blast radii, as parts of the JSON of a whole result: lossless.
#pragma once
#include "sim/results/duplicates.hpp"
#include "sim/results/storm.hpp"
#include "viz/json_words.hpp"

namespace ksmsim::viz {

Json duplicates_json(const results::Duplicates& duplicates);  // But its rows.
Json rows_json(const results::Duplicates& duplicates);
Json storm_json(const results::Storm& storm);

// The reverse; an exception if it is none. Reasons that older programs did not know may be missing.
results::Duplicates duplicates_of(const Json& json);
void add_rows(const Json& json, results::Duplicates& duplicates);
results::Storm storm_of(const Json& json);

}  // namespace ksmsim::viz
