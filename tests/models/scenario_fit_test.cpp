#include "models/scenario_fit.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

using namespace ksmsim;
using namespace ksmsim::models;

namespace {

constexpr const char* kText =
    "title = \"a\"  # no mark\n"
    "size_pages = 1_000   # fit: a\n"
    "rate = 2.5 # of the second; fit: b as measured\n"
    "other = 30 # fit: a\n"
    "last = 7\n";

// The numbers behind the equals signs.
std::vector<double> numbers_of(const std::string& text) {
  std::vector<double> numbers;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::string value = line.substr(line.find('=') + 2);
    if (value.front() != '"') numbers.push_back(std::stod(value));
  }
  return numbers;
}

MarkedText parsed(const std::string& text) {
  auto marked = MarkedText::parse(text);
  REQUIRE(marked.ok());
  return *marked;
}

}  // namespace

TEST_CASE("marked numbers are multiplied together, and the rest of the text stays") {
  const MarkedText text = parsed(kText);
  CHECK(text.unknowns() == std::vector<std::string>{"a", "b"});
  CHECK(text.with({1.5, 2}) ==
        "title = \"a\"  # no mark\n"
        "size_pages = 1500   # fit: a\n"
        "rate = 5.0000 # of the second; fit: b as measured\n"
        "other = 45 # fit: a\n"
        "last = 7\n");
}

TEST_CASE("a mark behind anything but a number above 0 is refused with its line") {
  for (const char* line : {"name = \"a\" # fit: a", "# fit: a", "x = [1] # fit: a",
                           "x = 0 # fit: a", "x = -3 # fit: a"}) {
    INFO(line);
    const auto marked = MarkedText::parse("a = 1\n" + std::string(line) + "\n");
    REQUIRE_FALSE(marked.ok());
    CHECK(marked.error().text.starts_with("2: a mark 'fit: NAME' stands behind a number above 0"));
  }
  CHECK_FALSE(MarkedText::parse("a = 1\n").ok());
}

TEST_CASE("the fit finds the numbers that were used") {
  // Three figures of two unknowns, not linear; what they were at 700, 4 and 21.
  const auto figures = [](const std::string& text) {
    const auto n = numbers_of(text);
    return std::vector<double>{n[0] + 100 * n[1], n[0] * n[1] / 50, std::sqrt(n[2] * n[1])};
  };
  const std::vector<double> observed{700 + 400, 700 * 4.0 / 50, std::sqrt(21 * 4.0)};
  const Errors errors = [&](const std::string& text) -> Result<std::vector<double>> {
    std::vector<double> off = figures(text);
    for (std::size_t i = 0; i < off.size(); ++i) off[i] = off[i] / observed[i] - 1;
    return off;
  };
  int runs = 0;
  const MarkedText text = parsed(kText);
  const auto fit = fit_scenario(text, errors, 30, [&](int n, double) { runs = n; });
  REQUIRE(fit.ok());
  CHECK(fit->factors[0] == Approx(0.7).epsilon(0.005));
  CHECK(fit->factors[1] == Approx(1.6).epsilon(0.005));
  CHECK(fit->before > 0.1);
  CHECK(fit->after < 0.005);
  CHECK(fit->runs == runs);
}

TEST_CASE("an unknown that nothing depends on stays as it is") {
  const Errors errors = [](const std::string& text) -> Result<std::vector<double>> {
    return std::vector<double>{numbers_of(text)[0] / 500 - 1};
  };
  const auto fit = fit_scenario(parsed(kText), errors, 10);
  REQUIRE(fit.ok());
  CHECK(fit->factors[0] == Approx(0.5).epsilon(0.01));
  CHECK(fit->factors[1] == Approx(1));
}

TEST_CASE("an error of a run ends the fit") {
  const auto fit = fit_scenario(
      parsed(kText), [](const std::string&) -> Result<std::vector<double>> { return Error{"no"}; },
      10);
  REQUIRE_FALSE(fit.ok());
  CHECK(fit.error().text == "no");
}
