// What ended the merging of pages, and how memory moved meanwhile, as JSON and back without loss.
#pragma once
#include <vector>

#include "sim/results/breaks.hpp"
#include "sim/results/memory_course.hpp"
#include "viz/json_words.hpp"

namespace ksmsim::viz {

Json causes_json(const std::vector<results::BreakCause>& causes);
// The reverse; an exception if it is none.
std::vector<results::BreakCause> causes_of(const Json& list);

Json course_json(const results::MemoryCourse& course);
// The reverse; an exception if it is none.
results::MemoryCourse course_of(const Json& json);

}  // namespace ksmsim::viz
