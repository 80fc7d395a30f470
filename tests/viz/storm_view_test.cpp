#include "viz/storm_view.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/viz/made_up_result.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::viz {
namespace {

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

// The made-up run on a host of 8 MiB: 4 MiB were available at 40 s, when a storm began that broke
// 500 sharings, and 1 MiB 10 s later.
results::RunResult on_a_host() {
  results::RunResult result = made_up_result();
  result.host.emplace().total_kb = 8192;
  result.host->swap_total_kb = 1024;
  for (results::Sample& sample : result.samples) sample.host.free_kb = 3072;
  result.samples.back().host.available_kb = 2048;
  result.samples[4].host.swap_used_kb = 512;
  result.samples.back().host.swap_used_kb = 256;
  result.memory = {.least_kb = 512,
                   .least_at_ns = 55 * kSecondNs,
                   .fastest = {6144, 2 * kSecondNs, 1024, 3 * kSecondNs},
                   .storm = {500, 35 * kSecondNs},
                   .storm_kb = 4160,
                   .storm_fall = {4096, 40 * kSecondNs, 1024, 50 * kSecondNs}};
  return result;
}

}  // namespace

TEST_CASE("a few guests are named, of many the rest is counted") {
  CHECK(guests_text({}) == "");
  CHECK(guests_text({"a", "b", "c", "d"}) == "a, b, c, d");
  CHECK(guests_text({"a", "b", "c", "d", "e", "f"}) == "a, b, c, d and 2 more");
}

TEST_CASE("the largest radius of a class is named with its guests and what is available") {
  results::RunResult result = made_up_result();
  CHECK(largest_blast_text(result) == "600.0 KiB (class file in a, b), available no bound given");
  result.storm = {};
  CHECK(largest_blast_text(result) == "");
}

TEST_CASE("what is available is what the host has available at the end, if its RAM is known") {
  results::RunResult result = made_up_result();
  CHECK(available_bytes(result) == std::nullopt);
  result.host.emplace();
  CHECK(available_bytes(result) == std::nullopt);
  result.samples.back().host.free_kb = 3072;
  result.samples.back().host.available_kb = 2048;
  CHECK(available_bytes(result) == 2048 * 1024);
  CHECK(largest_blast_text(result) == "600.0 KiB (class file in a, b), available 2.0 MiB");
}

TEST_CASE("the summary of a scenario names the largest radius, that of a trace does not") {
  results::RunResult result = made_up_result();
  CHECK_FALSE(has(text_summary(result), "blast"));
  result.scenario.emplace().title = "Office";
  CHECK(has(text_summary(result), "largest blast radius      600.0 KiB (class file in a, b)"));
  result.storm.groups = {{0, "", {"a", "b"}, 160}};
  CHECK(has(text_summary(result), "largest blast radius      640.0 KiB (shared by exactly a, b)"));
}

TEST_CASE("storms are told by cause, by class and by group of guests") {
  const std::string text = storm_text(made_up_result());
  CHECK(has(text, "worst minute 250 pages (1000.0 KiB), from 3.0 s on, by writes"));
  CHECK(has(text,
            "\n  update                  200 pages; extra memory, new pages included: "
            "760.0 KiB\n"));
  CHECK(has(text, "what is merged at the end would take 800.0 KiB"));
  CHECK(has(text, "\n  600.0 KiB               class file in a, b\n"));
  CHECK(has(text, "\n  480.0 KiB               shared by exactly a, b\n"));
  CHECK(has(text, "\n  320.0 KiB               within a\n"));
}

TEST_CASE(
    "a cause that broke nothing is told with the memory that it took; one without both is not") {
  results::RunResult result = made_up_result();
  result.break_causes = {{.cause = "balloon", .breaks = 0, .new_frames = 256, .worst_minute = {}},
                         {.cause = "backup", .breaks = 0, .new_frames = 0, .worst_minute = {}}};
  const std::string text = storm_text(result);
  CHECK(has(text,
            "\n  balloon                 0 pages; extra memory, new pages included: 1.0 MiB\n"
            "available memory"));
  CHECK_FALSE(has(text, "backup"));
}

TEST_CASE("what did not come to nothing would have lasted as long as its fall says") {
  const results::RunResult result = on_a_host();
  const auto lasts = exhaustion(result);
  REQUIRE(lasts);
  CHECK(lasts->of == Exhaustion::Of::estimate);
  CHECK(lasts->s == Approx(10.0 * 4 / 3));
  CHECK(storm_kill(result) == nullptr);
  const std::string text = storm_text(result);
  CHECK(has(text, "available memory          least 512.0 KiB at 55.0 s; 2.0 MiB at the end\n"));
  CHECK(has(text, "  fastest fall            5.0 MiB less within 1.0 s, from 2.0 s on\n"));
  CHECK(has(text, "500 pages (2.0 MiB) broke, unmerging included, from 35.0 s on\n"));
  CHECK(has(text, "4.1 MiB available as it began\n"));
  CHECK(has(text, "3.0 MiB less within 10.0 s, from 40.0 s on\n"));
  CHECK(has(text, "at this rate, exhausted in 13.3 s from there\n"));
  CHECK(has(text, "guests killed (OOM)       none\n"));
  CHECK(has(text, "swap used                 256.0 KiB at the end, most 512.0 KiB at 60.0 s\n"));
}

TEST_CASE("what came to nothing was exhausted when it did, and who was killed for it is named") {
  results::RunResult result = on_a_host();
  result.memory->storm_fall.to_kb = 0;
  result.host->kills = {{.at_ns = 20 * kSecondNs, .guest = "early"},
                        {.at_ns = 52 * kSecondNs, .guest = "big"}};
  REQUIRE(exhaustion(result));
  CHECK(exhaustion(result)->of == Exhaustion::Of::fact);
  const std::string text = storm_text(result);
  CHECK(has(text, "was exhausted 10.0 s after the fall began\n"));
  CHECK(has(text, "big was killed 12.0 s after the fall began\n"));
  CHECK(has(text, "guests killed (OOM)       2\n"));
  CHECK(has(text, " early at 20.0 s\n"));
  CHECK_FALSE(has(text, "at this rate"));
  result.host->kills[1].at_ns = 101 * kSecondNs;  // Too late to be of this storm.
  CHECK(storm_kill(result) == nullptr);
  result.memory->storm_fall.to_ns = result.memory->storm_fall.from_ns;
  result.host->kills[1].at_ns = result.memory->storm_fall.from_ns;
  CHECK(has(storm_text(result), "was exhausted at once\n"));
  CHECK(has(storm_text(result), "big was killed at once\n"));
}

TEST_CASE("without a bound, a break or a fall nothing is exhausted") {
  CHECK_FALSE(exhaustion(made_up_result()));
  results::RunResult result = on_a_host();
  result.memory->storm_fall = {};
  CHECK_FALSE(exhaustion(result));
}

TEST_CASE("the largest radius is that of the largest saving, with its time, if it was larger") {
  results::RunResult result = made_up_result();
  result.peak_storm = result.storm;
  result.peak_storm->at_ns = 30 * kSecondNs;
  CHECK(larger_peak(result) == nullptr);
  result.peak_storm->saved_pages = 300;
  result.peak_storm->classes[0].pages = 250;
  result.peak_storm->available_kb = 1024;
  CHECK(larger_peak(result) == &*result.peak_storm);
  CHECK(largest_blast_text(result) ==
        "1000.0 KiB (class file in a, b) at 30.0 s, available 1.0 MiB");
  const std::string text = storm_text(result);
  CHECK(has(text,
            "at the largest saving     at 30.0 s what was merged would have taken 1.2 MiB, "
            "available 1.0 MiB\n  1000.0 KiB              class file in a, b\n"));
  CHECK(has(text, "what is merged at the end would take 800.0 KiB\n  600.0 KiB"));
}

}  // namespace ksmsim::viz
