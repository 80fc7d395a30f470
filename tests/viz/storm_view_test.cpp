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

}  // namespace

TEST_CASE("a few guests are named, of many the rest is counted") {
  CHECK(guests_text({}) == "");
  CHECK(guests_text({"a", "b", "c", "d"}) == "a, b, c, d");
  CHECK(guests_text({"a", "b", "c", "d", "e", "f"}) == "a, b, c, d and 2 more");
}

TEST_CASE("the largest radius of a class is named with its guests and what is free") {
  results::RunResult result = made_up_result();
  CHECK(largest_blast_text(result) == "600.0 KiB (class file in a, b), free no bound given");
  result.storm = {};
  CHECK(largest_blast_text(result) == "");
}

TEST_CASE("what is free is what the host has available at the end, if its RAM is known") {
  results::RunResult result = made_up_result();
  CHECK(free_bytes(result) == std::nullopt);
  result.host.emplace();
  CHECK(free_bytes(result) == std::nullopt);
  result.samples.back().host.free_kb = 3072;
  result.samples.back().host.available_kb = 2048;
  CHECK(free_bytes(result) == 2048 * 1024);
  CHECK(largest_blast_text(result) == "600.0 KiB (class file in a, b), free 2.0 MiB");
}

TEST_CASE("the summary of a scenario names the largest radius, that of a trace does not") {
  results::RunResult result = made_up_result();
  CHECK_FALSE(has(text_summary(result), "blast"));
  result.provenance = {{"scenario", "office.toml"}};
  CHECK(has(text_summary(result), "largest blast radius      600.0 KiB (class file in a, b)"));
}

TEST_CASE("storms are told by cause, by class and by group of guests") {
  const std::string text = storm_text(made_up_result());
  CHECK(has(text, "worst minute 250 pages (1000.0 KiB), from 3.0 s on, by writes"));
  CHECK(has(text,
            "\n  update                  200 pages; memory in use by it, new pages included: "
            "760.0 KiB\n"));
  CHECK(has(text, "what is merged at the end would take 800.0 KiB"));
  CHECK(has(text, "\n  600.0 KiB               class file in a, b\n"));
  CHECK(has(text, "\n  480.0 KiB               shared by exactly a, b\n"));
  CHECK(has(text, "\n  320.0 KiB               within a\n"));
}

}  // namespace ksmsim::viz
