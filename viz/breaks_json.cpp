#include "viz/breaks_json.hpp"

#include <cstdint>
#include <utility>

namespace ksmsim::viz {

Json causes_json(const std::vector<results::BreakCause>& causes) {
  Json list = Json::array();
  for (const auto& c : causes) {
    Json cause{{"cause", text_json(c.cause)}};
    results::for_each_cause_number(c, [&](const char* name, std::int64_t v) { cause[name] = v; });
    list.push_back(std::move(cause));
  }
  return list;
}

std::vector<results::BreakCause> causes_of(const Json& list) {
  std::vector<results::BreakCause> causes;
  for (const Json& json : list) {
    results::BreakCause& cause = causes.emplace_back();
    cause.cause = text_of(json.at("cause"));
    results::for_each_cause_number(cause, [&](const char* name, std::int64_t& v) {
      v = number_of<std::int64_t>(json.at(name));
    });
  }
  return causes;
}

Json course_json(const results::MemoryCourse& course) {
  Json json = Json::object();
  results::for_each_course_number(course,
                                  [&](const char* name, std::int64_t v) { json[name] = v; });
  return json;
}

results::MemoryCourse course_of(const Json& json) {
  results::MemoryCourse course;
  results::for_each_course_number(course, [&](const char* name, std::int64_t& v) {
    v = number_of<std::int64_t>(json.at(name));
  });
  return course;
}

}  // namespace ksmsim::viz
