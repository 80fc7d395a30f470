// Why what is duplicated is not merged, for people and for scripts: in all, by class of content, by
// guest; what would be right; the usual causes with their figures; and what a storm would take.
#pragma once
#include <string>

#include "viz/explain_figures.hpp"

namespace ksmsim::viz {

// Several lines, with a newline at the end of each: of a scenario its heading comes first.
std::string explain_text(const results::RunResult& result);
// The same figures in bytes and seconds.
std::string explain_json(const results::RunResult& result);

}  // namespace ksmsim::viz
