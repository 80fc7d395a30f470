#include "viz/explain_view.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/viz/made_up_result.hpp"

namespace ksmsim::viz {
namespace {

using results::Hold;
using results::WhyNot;

results::ContentLives lives_of(std::uint32_t ms, std::int64_t pages) {
  results::ContentLives lives;
  lives.ended.add(ms, pages);
  return lives;
}
bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("the length of a pass is the time from the first pass's end, shared by those after it") {
  results::RunResult result = made_up_result();
  const std::int64_t passes[] = {0, 1, 2, 3, 3, 3, 3};
  for (std::size_t i = 0; i < result.samples.size(); ++i) result.samples[i].passes = passes[i];
  const auto figures = explain_figures(result);  // At 10, 20 and 30 s.
  REQUIRE(figures.pass_s);
  CHECK(*figures.pass_s == Approx(10));
  CHECK_FALSE(figures.pass_is_estimated);
}

TEST_CASE("time in which KSM is switched off is not counted in the length of a pass") {
  results::RunResult result = made_up_result();  // Samples at 0, 10, 20, 30, 60, 90 and 100 s.
  const std::int64_t passes[] = {0, 1, 2, 3, 3, 3, 4};
  for (std::size_t i = 0; i < result.samples.size(); ++i) result.samples[i].passes = passes[i];
  result.samples[3].run = 0;
  result.samples[4].run = 2;
  auto figures = explain_figures(result);
  REQUIRE(figures.pass_s);
  CHECK(*figures.pass_s == Approx(10));
  // 8 s of CPU in 100 s, less 3 s in the 60 s in which it was off.
  REQUIRE(figures.ksmd_part);
  CHECK(*figures.ksmd_part == Approx(0.125));

  for (auto& sample : result.samples) sample.passes = 0;
  result.samples[5].counters.pages_scanned = 500;  // By whoever had it on for a moment.
  figures = explain_figures(result);
  REQUIRE(figures.pass_s);
  CHECK(*figures.pass_s == Approx(40.0 * 970 / 1600));
}

TEST_CASE("of a run with KSM on between samples only no length of a pass is told") {
  results::RunResult result = made_up_result();
  for (auto& sample : result.samples) sample.run = 0;
  const auto figures = explain_figures(result);
  CHECK_FALSE(figures.pass_s);
  CHECK_FALSE(figures.ksmd_part);
  CHECK(has(explain_text(result), "length of a pass        not known: run was 1 between samples"));
  CHECK(has(advice(WhyNot::not_reached, result, figures), "run was 1 between samples only"));
}

TEST_CASE("a pass that was not completed is estimated from the pages that were scanned") {
  results::RunResult result = made_up_result();
  for (auto& sample : result.samples) sample.passes = 0;
  auto figures = explain_figures(result);
  REQUIRE(figures.pass_s);
  // 970 of 1000 pages are mergeable, and 2100 were scanned in 100 s.
  CHECK(*figures.pass_s == Approx(100.0 * 970 / 2100));
  CHECK(figures.pass_is_estimated);
  result.samples.back().counters.pages_scanned = 0;
  CHECK_FALSE(explain_figures(result).pass_s);
}

TEST_CASE("lives of contents are compared with a pass and with two") {
  results::RunResult result = made_up_result();
  // 7 passes in 100 s: 14.3 s each.
  result.lives = lives_of(1'000, 30);
  result.lives->ended.add(20'000, 20);
  result.lives->ended.add(100'000, 50);
  const auto figures = explain_figures(result);
  CHECK(figures.ended_pages == 100);
  CHECK(*figures.below_pass == Approx(0.30));
  CHECK(*figures.below_two_passes == Approx(0.50));
}

TEST_CASE("what a pass has to become is said where contents live for less than one") {
  results::RunResult result = made_up_result();
  result.lives = lives_of(1'000, 30);
  const auto slow = advice(WhyNot::changed, result, explain_figures(result));
  CHECK(has(slow, "a pass takes 14.3 s"));
  CHECK(has(slow, "lived less than 1.0 s"));
  CHECK(has(slow, "raise pages_to_scan (now 100)"));
  CHECK(has(slow, "28 times the pace"));
  result.lives = lives_of(900'000, 30);
  const auto fast = advice(WhyNot::changed, result, explain_figures(result));
  CHECK_FALSE(has(fast, "times the pace"));
}

TEST_CASE("where a controller turns the knobs its constants are named, and not by hand") {
  results::RunResult result = made_up_result();
  result.controller.name = "ksmtuned";
  result.controller.pages = {Hold::constant, "npages_max", 1250};
  result.controller.sleep = {Hold::constant, "sleep_msec", 10};
  const auto said = [&result] {
    return advice(WhyNot::not_reached, result, explain_figures(result));
  };
  CHECK(has(said(),
            "wait, or raise npages_max of ksmtuned (now 1250) or lower sleep_msec of ksmtuned "
            "(now 10) (ksmtuned writes pages_to_scan and sleep_millisecs itself"));
  result.controller.sleep = {Hold::at_limit, "", 0};
  CHECK_FALSE(has(said(), "lower"));
  result.controller.sleep = {};
  CHECK(has(said(), "or lower sleep_millisecs (now 20) (ksmtuned writes pages_to_scan itself"));
  // Kept at a value for the whole run, it is not the controller's.
  result.kept_knobs.emplace_back("pages_to_scan", "100");
  CHECK(has(said(), "wait, or raise pages_to_scan (now 100) or lower sleep_millisecs (now 20)"));
  CHECK_FALSE(has(said(), "ksmtuned"));
}

TEST_CASE("what smart scan passes over is not promised to merge") {
  const results::RunResult result = made_up_result();
  const auto said = advice(WhyNot::skipped, result, explain_figures(result));
  CHECK(has(said, "may never merge"));
  CHECK(has(said, "set smart_scan to 0"));
  CHECK_FALSE(has(said, "later"));
}

TEST_CASE("who switched KSM off is named, and what it does not see") {
  results::RunResult result = made_up_result();
  result.knobs.run = ksm::RunMode::stop;
  const auto said = [&result] {
    return advice(WhyNot::switched_off, result, explain_figures(result));
  };
  CHECK(said() == "run is 0; write 1 to /sys/kernel/mm/ksm/run");
  result.controller.name = "ksmtuned";
  CHECK(has(said(), "by the hand of ksmtuned, which finds enough memory free"));
  result.controller.unseen_guests = {"web", "db"};
  CHECK(has(said(), "does not see guests started with -accel kvm (2 of them: web, ...)"));
  result.kept_knobs.emplace_back("run", "0");
  CHECK(said() == "run is 0; write 1 to /sys/kernel/mm/ksm/run");
}

TEST_CASE("every reason has advice, and only reasons that occur are explained") {
  const results::RunResult result = made_up_result();
  for (std::size_t w = 0; w < results::kWhyNot.size(); ++w) {
    CHECK(advice(static_cast<WhyNot>(w), result, explain_figures(result)).size() > 20);
  }
  const std::string text = explain_text(result);
  CHECK(has(text, "\n  changed too often       160.0 KiB (10.0 %)\n"));
  CHECK(has(text, "\n  not reached yet         440.0 KiB"));
  CHECK_FALSE(has(text, "KSM switched off"));
  CHECK(has(text, "never visited with what they hold: 400.0 KiB"));
  CHECK(has(text, "  in swap                 12.0 KiB"));
  CHECK(has(text,
            "\n  file                    holds 1.2 MiB, duplicated 1000.0 KiB: merged 600.0 KiB"));
}

TEST_CASE("no line of an explanation is longer than 100 columns") {
  const results::RunResult result = made_up_result();
  std::istringstream text(explain_text(result));
  for (std::string line; std::getline(text, line);) {
    INFO(line);
    CHECK(line.size() <= 100);
  }
}

TEST_CASE("where everything is merged nothing is left to explain") {
  results::RunResult result = made_up_result();
  result.duplicates = {};
  CHECK(has(explain_text(result), "nothing is left to merge"));
}

TEST_CASE("the JSON of an explanation says the same in bytes") {
  results::RunResult result = made_up_result();
  result.lives = lives_of(1'000, 30);
  const auto json = nlohmann::json::parse(explain_json(result));
  CHECK(json.at("duplicated_bytes") == 400 * 4096);
  CHECK(json.at("merged_bytes") == 200 * 4096);
  std::int64_t left = 0;
  for (const auto& reason : json.at("not_merged")) left += reason.at("bytes").get<std::int64_t>();
  CHECK(left == 200 * 4096);
  CHECK(json.at("by_class").at(1).at("name") == "file");
  CHECK(json.at("by_class").at(0).at("not_merged_bytes").at("changed too often") == 40 * 4096);
  CHECK(json.at("storms").at("available_bytes").is_null());
  CHECK_FALSE(json.at("storms").contains("free_bytes"));
  CHECK(json.at("storms").at("classes").at(0).at("guests").size() == 2);
  CHECK(json.at("storms").at("memory").is_null());
  CHECK(json.at("storms").at("at_largest_saving").is_null());
}

TEST_CASE("the JSON of an explanation has the storm's memory, kills, swap and largest saving") {
  results::RunResult result = made_up_result();
  result.host.emplace().swap_total_kb = 1024;
  result.host->kills = {{.at_ns = 5 * kSecondNs, .guest = "b"}};
  result.samples[2].host.swap_used_kb = 8;
  result.memory.emplace().least_kb = 3;
  result.memory->storm_fall = {100, 4 * kSecondNs, 0, 6 * kSecondNs};
  result.peak_storm = result.storm;
  result.peak_storm->saved_pages = 300;
  result.peak_storm->at_ns = 30 * kSecondNs;
  const auto storms = nlohmann::json::parse(explain_json(result)).at("storms");
  CHECK(storms.at("memory").at("least_bytes") == 3 * 1024);
  CHECK(storms.at("memory").at("was_exhausted_after_s") == 2.0);
  CHECK(storms.at("memory").at("would_be_exhausted_after_s").is_null());
  CHECK(storms.at("kills").at(0).at("guest") == "b");
  CHECK(storms.at("most_swap_used_bytes") == 8 * 1024);
  CHECK(storms.at("all_merged_bytes") == 200 * 4096);
  CHECK(storms.at("at_largest_saving").at("at_s") == 30.0);
  CHECK(storms.at("at_largest_saving").at("all_merged_bytes") == 300 * 4096);
}

TEST_CASE("where nothing is registered that comes first, with causes and remedies, in both forms") {
  results::RunResult result;
  result.samples = {sample_at(0, 0), sample_at(10, 0)};
  for (auto& sample : result.samples) sample.run = 1;
  const std::string text = explain_text(result);
  CHECK(text.starts_with("nothing is registered"));
  for (const char* piece :
       {"memory-backend-ram", "hugetlbfs", "virtiofs", "mergeable=on,shared=off", "MemoryKSM=yes",
        "PR_SET_MEMORY_MERGE", "raw.qemu.conf", "twice the memory"}) {
    INFO(piece);
    CHECK(has(text, piece));
  }
  const auto json = nlohmann::json::parse(explain_json(result));
  CHECK(json["nothing_registered"] == true);
  CHECK(json["usual_causes_of_that"][0]["memory"] == "shared memory");

  const auto made_up = made_up_result();
  CHECK(explain_text(made_up).starts_with("at the end of the run"));
  const auto other = nlohmann::json::parse(explain_json(made_up));
  CHECK(other["nothing_registered"] == false);
  CHECK(other["usual_causes_of_that"].empty());
}

}  // namespace ksmsim::viz
