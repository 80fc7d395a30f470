// Small scenarios to read, whole or with a mistake at a known line.
#pragma once
#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "models/scenario_file.hpp"

namespace ksmsim::models {

inline Scenario read(const std::string& text) {
  auto scenario = read_scenario(text);
  INFO((scenario ? "" : scenario.error().text));
  REQUIRE(scenario.ok());
  return std::move(*scenario);
}

inline std::string error_of(const std::string& text) {
  const auto scenario = read_scenario(text);
  return scenario ? "none" : scenario.error().text;
}

// A scenario with these lines before its guest, in its guest, and in its guest's region. They begin
// in lines 3, 6 and 9.
struct Lines {
  std::string file = "#", guest = "#", region = "#";
  std::string text() const {
    return "title = \"a\"\nuntil_s = 60\n" + file + "\n[[guest]]\nname = \"vm\"\n" + guest +
           "\n[[guest.region]]\nkind = \"heap\"\n" + region + "\nsize_mib = 4\n";
  }
};

inline std::string with_file(const std::string& line) {
  return error_of(Lines{.file = line}.text());
}
inline std::string with_guest(const std::string& line) {
  return error_of(Lines{.guest = line}.text());
}
inline std::string with_region(const std::string& line) {
  return error_of(Lines{.region = line}.text());
}

}  // namespace ksmsim::models
