// What a scenario leaves to the models is listed as it is.
#include "models/assumptions.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "models/scenario_file.hpp"

using namespace ksmsim;
using namespace ksmsim::models;

namespace {

Scenario read(const std::string& text) {
  auto scenario = read_scenario(text);
  INFO((scenario ? "" : scenario.error().text));
  REQUIRE(scenario.ok());
  return std::move(*scenario);
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

}  // namespace

TEST_CASE("figures that come with a load are listed as they are, each with its own label") {
  const auto listed = [](const std::string& like, const std::string& key) {
    const Scenario s = read(Lines{.region = like}.text());
    for (const Assumption& one : s.assumptions.defaults) {
      if (one.key == key) return one;
    }
    return Assumption{};
  };
  const Assumption idle = listed("like = \"idle\"", "lifetimes");
  CHECK(idle.value == "[[0.03, 60], [0.37, 8500], [0.6, 474000]]");
  CHECK(idle.evidence == Evidence::assumed);
  CHECK(listed("like = \"desktop\"", "lifetimes").evidence == Evidence::measured);
  CHECK(listed("", "lifetimes").source.starts_with("build: "));
  CHECK(listed("", "groups").value.starts_with("[[0.034, 2], [0.026, 3], "));
  // That a guest is like that is nobody's measurement.
  CHECK(listed("", "like").evidence == Evidence::assumed);
}

TEST_CASE("on a host of several nodes, that a guest stands on the first one is an assumption") {
  const auto node_is_assumed = [](const Lines& lines) {
    for (const Assumption& one : read(lines.text()).assumptions.defaults) {
      if (one.key == "node") return one.value == "0" && one.evidence == Evidence::assumed;
    }
    return false;
  };
  CHECK(node_is_assumed(Lines{.file = "[host]\nnuma_nodes = 2"}));
  CHECK_FALSE(node_is_assumed(Lines{.file = "[host]\nnuma_nodes = 2", .guest = "node = 0"}));
  CHECK_FALSE(node_is_assumed(Lines{}));
}
