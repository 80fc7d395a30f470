#include "viz/summary_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/viz/made_up_result.hpp"
#include "viz/known_machines.hpp"
#include "viz/ksmd_cpu.hpp"

namespace ksmsim::viz {

TEST_CASE("the summary as JSON has the figures with their units, and null where there is none") {
  const std::string text = summary_json(made_up_result());
  for (const char* piece :
       {"\"saved_bytes\": 815104", "\"s_to_90_percent\": 20.0", "\"sharing_ratio\": 3.0",
        "\"cow_breaks_worst_minute\": 250", "\"not reached yet\": 450560"}) {
    INFO(piece);
    CHECK(text.find(piece) != std::string::npos);
  }
  results::RunResult nothing;
  nothing.samples.resize(1);
  const std::string empty = summary_json(nothing);
  for (const char* piece :
       {"\"s_to_50_percent\": null", "\"sharing_ratio\": null",
        "\"ksmd_cpu_s_per_gib_saved\": null", "\"digest\": \"0000000000000000\""}) {
    INFO(piece);
    CHECK(empty.find(piece) != std::string::npos);
  }
}

TEST_CASE("the summary as JSON has ranges of CPU use, with what they rest on, and none for given") {
  results::RunResult result = made_up_result();
  for (std::size_t i = 2; i < result.samples.size(); ++i) {
    result.samples[i].truth = result.samples.back().truth;
    result.samples[i].passes = 2;
  }
  auto json = nlohmann::json::parse(summary_json(result));
  CHECK(json["ksmd_cpu_percent_mean"] == 8.0);
  CHECK(json["ksmd_cpu_percent_p95"] == 30.0);
  CHECK(json["settled_at_s"] == 20.0);
  CHECK(json["ksmd_cpu_in_first_passes"]["percent"] == 20.0);
  CHECK(json["ksmd_cpu_in_steady_state"]["percent"] == 5.0);
  for (const char* which : {"ksmd_cpu", "ksmd_cpu_in_first_passes", "ksmd_cpu_in_steady_state"}) {
    INFO(which);
    CHECK(json[which]["low_percent"] < json[which]["percent"]);
    CHECK(json[which]["high_percent"] > json[which]["percent"]);
  }
  CHECK(json["ksmd_cpu_known_machines"].size() == known_machines().size());
  CHECK(json["nothing_registered"] == false);

  result.provenance = {{kPricesGiven, "16"}};
  json = nlohmann::json::parse(summary_json(result));
  CHECK(json["ksmd_cpu"]["low_percent"].is_null());
  CHECK(json["ksmd_cpu_known_machines"].empty());
  json = nlohmann::json::parse(summary_json(made_up_result()));
  CHECK(json["settled_at_s"].is_null());
  CHECK(json["ksmd_cpu_in_steady_state"].is_null());
}

TEST_CASE("the summary as JSON says what ended sharing and what may") {
  const auto json = nlohmann::json::parse(summary_json(made_up_result()));
  CHECK(json["break_causes"][0]["cause"] == "update");
  CHECK(json["break_causes"][0]["worst_minute"]["breaks"] == 150);
  CHECK(json["storm"]["classes"][0]["class"] == "file");
  CHECK(json["storm"]["classes"][0]["pages"] == 150);
  for (const char* absent : {"host", "peak_storm", "memory", "scenario"}) {
    INFO(absent);
    REQUIRE(json.contains(absent));
    CHECK(json[absent].is_null());
  }
}

TEST_CASE("the summary as JSON says what it rests on, and what could have gone at the peak") {
  results::RunResult result = made_up_result();
  result.provenance = {{"scenario", "a.toml"}};
  result.scenario.emplace().title = "A";
  result.scenario->defaults = {{"", std::nullopt, "host", "hz", "250", "assumed", ""}};
  result.peak_storm = result.storm;
  result.peak_storm->saved_pages = 333;
  const auto json = nlohmann::json::parse(summary_json(result));
  CHECK(json["provenance"][0][1] == "a.toml");
  CHECK(json["scenario"]["defaults"][0]["value"] == "250");
  CHECK(json["scenario"]["defaults"][0]["evidence"] == "assumed");
  CHECK(json["configuration"][0][1] == "6.18");
  CHECK(json["peak_storm"]["saved_pages"] == 333);
}

TEST_CASE("the summary as JSON has the host where its memory is described") {
  results::RunResult result = made_up_result();
  auto& host = result.host.emplace();
  host.total_kb = 4096;
  host.kills = {{.at_ns = 7, .guest = "a", .badness_pages = 900}};
  host.guests = {{.name = "a", .private_kb = 12, .shared_kb = 34}};
  result.samples.back().host = {.free_kb = 1000, .oom_kills = 1};
  result.memory.emplace().least_kb = 55;
  const auto json = nlohmann::json::parse(summary_json(result));
  CHECK(json["host"]["total_kb"] == 4096);
  CHECK(json["host"]["kills"][0]["guest"] == "a");
  CHECK(json["host"]["guests"][0]["private_kb"] == 12);
  CHECK(json["host"]["guests"][0]["shared_kb"] == 34);
  CHECK(json["host"]["at_end"]["free_kb"] == 1000);
  CHECK(json["host"]["at_end"]["oom_kills"] == 1);
  CHECK(!json["host"].contains("samples"));
  CHECK(json["memory"]["least_kb"] == 55);
}

}  // namespace ksmsim::viz
