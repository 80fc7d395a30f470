#include "viz/known_machines.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace ksmsim::viz {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Nanoseconds for each page by "kind,group,pages", of a table such as tests/bench/rates.csv.
std::map<std::string, double> rates_of(const std::string& path) {
  std::map<std::string, double> rates;
  const std::string text = text_of(path);
  const std::regex row(R"((\n[a-z0-9-]+,\d+,\d+),(\d+))");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    rates[(*at)[1]] = std::stod((*at)[2]);
  }
  return rates;
}

const KnownMachine& machine(const std::string& beginning) {
  const auto all = known_machines();
  const auto found = std::find_if(all.begin(), all.end(), [&](const KnownMachine& one) {
    return std::string(one.name).starts_with(beginning);
  });
  REQUIRE(found != all.end());
  return *found;
}

std::uint32_t percent(double ratio) { return static_cast<std::uint32_t>(std::lround(100 * ratio)); }

}  // namespace

TEST_CASE("the spread of the second machine is the middle half of its cases beside the first") {
  const auto first = rates_of(KSMSIM_SOURCE_DIR "/tests/bench/rates.csv");
  const auto second = rates_of(KSMSIM_TEST_DATA "/cpu/rates-epyc.csv");
  std::vector<double> ratios;
  for (const auto& [what, ns] : second) {
    INFO(what);
    REQUIRE(first.contains(what));
    ratios.push_back(ns / first.at(what));
  }
  REQUIRE(ratios.size() == first.size());
  std::sort(ratios.begin(), ratios.end());
  const std::size_t quarter = ratios.size() / 4;
  const Spread middle{percent(ratios[quarter]), percent(ratios[ratios.size() - 1 - quarter])};
  CHECK(machine("AMD EPYC").spread == middle);
}

TEST_CASE("the spread of the first machine is that of the whole runs in docs/validation.md") {
  const std::string text = text_of(KSMSIM_SOURCE_DIR "/docs/validation.md");
  std::vector<double> ratios;
  for (const char* pattern :
       {R"(CPU time: recorded ([\d.]+) s, predicted ([\d.]+) s)",              // Guests at work,
        R"(\| [a-z0-9]+ \| \d+ \| \d+ \| 0 \| ([\d.]+) \| ([\d.]+) \|\n)"}) {  // and frozen ones.
    const std::regex row(pattern);
    const std::size_t before = ratios.size();
    for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
      ratios.push_back(std::stod((*at)[1]) / std::stod((*at)[2]));
    }
    CHECK(ratios.size() > before);
  }
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  CHECK(machine("the machine of the stored prices").spread ==
        Spread{percent(*least), percent(*most)});
}

TEST_CASE("the spread of all machines has the least and the most of each, and a source each") {
  const Spread all = known_spread();
  bool least = false, most = false;
  for (const KnownMachine& one : known_machines()) {
    INFO(one.name);
    CHECK(one.spread.least_percent <= one.spread.most_percent);
    CHECK(all.least_percent <= one.spread.least_percent);
    CHECK(all.most_percent >= one.spread.most_percent);
    least |= all.least_percent == one.spread.least_percent;
    most |= all.most_percent == one.spread.most_percent;
    CHECK(std::string(one.source) != "");
  }
  CHECK(least);
  CHECK(most);
}

TEST_CASE("a part of a core on another machine counts the sleep as it is, and is never above one") {
  CHECK(part_at(0.2, 100) == Approx(0.2));
  // 20 ms of work and 80 ms of sleep become 10 and 80, or 40 and 80.
  CHECK(part_at(0.2, 50) == Approx(10.0 / 90));
  CHECK(part_at(0.2, 200) == Approx(40.0 / 120));
  CHECK(part_at(0, 129) == 0);
  CHECK(part_at(1, 129) == 1);
}

}  // namespace ksmsim::viz
