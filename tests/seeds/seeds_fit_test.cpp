// The sizes of regions in three-ubuntu-guests are a fit, and this is it: from the observations that
// the scenario marks as fitted, by least squares, to the regions of the scenario.
#include <catch2/catch.hpp>
#include <map>

#include "cli/scenario_input.hpp"
#include "models/sharing_fit.hpp"

using namespace ksmsim;
using models::ContentKind;
using models::StablePoint;

namespace {

// Contents by the pages that the first, second and third guest have of each.
const std::vector<ContentKind> kKinds{{"ubuntu-12.04-five-times", {5, 5, 5}},
                                      {"ubuntu-12.04-four-times", {5, 4, 4}},
                                      {"ubuntu-12.04-everywhere", {1, 1, 1}},
                                      {"ubuntu-12.04-first-and-second", {1, 1, 0}},
                                      {"ubuntu-12.04-second-and-third", {0, 1, 1}},
                                      {"own of the first", {1, 0, 0}},
                                      {"own of the second", {0, 1, 0}},
                                      {"own of the third", {0, 0, 1}}};

models::Scenario scenario() {
  const auto input = cli::read_scenario_input("three-ubuntu-guests");
  REQUIRE(input.ok());
  return input->scenario;
}

double observed(const models::Observation& observation, const std::string& counter) {
  for (const auto& [name, value] : observation.values) {
    if (name == counter) return value;
  }
  FAIL("no " << counter);
  return 0;
}

std::vector<StablePoint> fitted_points(const models::Scenario& scenario) {
  std::vector<StablePoint> points;
  for (const models::Observation& o : scenario.observations) {
    if (!o.fitted || !o.note.ends_with(", stable")) continue;
    std::vector<int> guests(3, 0);
    for (std::size_t g = 0; g <= points.size() && g < 3; ++g) guests[g] = 1;
    points.push_back({guests, observed(o, "pages_shared"), observed(o, "pages_sharing"),
                      observed(o, "pages_unshared")});
  }
  return points;
}

// Pages of a guest's regions, by the name of their image; own ones by the guest.
std::map<std::string, double> pages_of(const models::GuestSpec& guest) {
  std::map<std::string, double> pages;
  for (const models::RegionSpec& region : guest.regions) {
    if (region.kind->name != "image") continue;
    const std::string& image = region.values.text("image");
    const bool own = image == "ubuntu-12.04-own";
    pages[own ? "own of the " + guest.name : image] += static_cast<double>(region.pages);
  }
  return pages;
}

}  // namespace

TEST_CASE("the regions of three-ubuntu-guests are what the fit to its stable points gives") {
  const models::Scenario three = scenario();
  const std::vector<StablePoint> points = fitted_points(three);
  REQUIRE(points.size() == 3);
  const std::vector<double> contents = models::fit_contents(kKinds, points);
  for (std::size_t g = 0; g < three.guests.size(); ++g) {
    std::map<std::string, double> pages = pages_of(three.guests[g]);
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      INFO(three.guests[g].name << ": " << kKinds[k].name);
      const double fit = contents[k] * kKinds[k].copies[g];
      CHECK(pages[kKinds[k].name] == Approx(fit).margin(6));  // Whole contents and groups.
    }
  }
}

TEST_CASE("the fit tells what is left when guests go, which it has not seen") {
  const models::Scenario three = scenario();
  const auto contents = models::fit_contents(kKinds, fitted_points(three));
  const auto sharing_of = [&](const std::vector<int>& guests) {
    return models::stable_point(kKinds, contents, guests).pages_sharing;
  };
  for (const models::Observation& o : three.observations) {
    if (o.note == "the third is gone") {
      CHECK(sharing_of({1, 1, 0}) == Approx(observed(o, "pages_sharing")).epsilon(0.05));
    }
    if (o.note == "the second is gone") {
      CHECK(sharing_of({1, 0, 0}) == Approx(observed(o, "pages_sharing")).epsilon(0.05));
    }
  }
}

TEST_CASE("the regions of two-ubuntu-clones-counters are what the fit to its last row gives") {
  const auto input = cli::read_scenario_input("two-ubuntu-clones-counters");
  REQUIRE(input.ok());
  const models::Scenario& clones = input->scenario;
  std::vector<StablePoint> last;
  for (const models::Observation& o : clones.observations) {
    if (o.note != "twenty minutes later" || o.values.front().first != "pages_shared") continue;
    last.push_back({{1, 1},
                    observed(o, "pages_shared"),
                    observed(o, "pages_sharing"),
                    observed(o, "pages_unshared")});
  }
  REQUIRE(last.size() == 1);
  // Own pages of both alike: one row does not tell whose they are.
  const auto contents = models::fit_contents(
      {{"clones-groups", {5, 5}}, {"clones-both", {1, 1}}, {"own", {1, 0}}}, last);
  for (const models::GuestSpec& guest : clones.guests) {
    std::map<std::string, double> pages = pages_of(guest);
    INFO(guest.name);
    CHECK(pages["clones-groups"] == Approx(5 * contents[0]).margin(5));
    CHECK(pages["clones-both"] == Approx(contents[1]).margin(2));
    CHECK(2 * (pages["clones-own"] + pages["clones-rewritten"]) == Approx(contents[2]).margin(3));
  }
}
