#include "viz/scenario_view.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/viz/made_up_result.hpp"
#include "viz/explain_view.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::viz {

TEST_CASE("a scenario stands above its summary, and its assumptions in groups below") {
  results::RunResult result = made_up_result();
  CHECK(scenario_heading(result).empty());
  CHECK(assumption_lines(result).empty());
  results::ScenarioFacts& scenario = result.scenario.emplace();
  scenario.title = "An office";
  scenario.guests = 3;
  scenario.pages = 512;
  scenario.ram_kb = 4096;
  scenario.given = 1;
  for (const std::uint32_t region : {0U, 1U}) {
    scenario.defaults.push_back({"web", region, "heap", "idle", "0.5", "assumed", ""});
  }
  scenario.defaults.push_back({"", std::nullopt, "host", "hz", "250", "cited", "Debian"});
  result.controller.name = "mom";
  const std::string heading =
      "scenario                  An office\n"
      "guests                    3, 2.0 MiB in all\n"
      "host's RAM                4.0 MiB\n"
      "controller                mom\n";
  CHECK(scenario_heading(result) == heading);
  CHECK(assumption_lines(result) ==
        std::vector<std::string>{"1 parameter of the guests given by the scenario; defaults for 3:",
                                 "  heap.idle = 0.5 (assumed; 2 regions)",
                                 "  host.hz = 250 (cited: Debian)"});
  CHECK(text_summary(result).starts_with(heading));
  CHECK(explain_text(result).starts_with(heading));
  scenario.has_captured = true;
  CHECK(scenario_heading(result).find("2.0 MiB and what captured ones hold in all") !=
        std::string::npos);
}

}  // namespace ksmsim::viz
