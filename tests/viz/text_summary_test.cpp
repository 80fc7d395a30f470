#include "viz/text_summary.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/viz/made_up_result.hpp"
#include "viz/ksmd_cpu.hpp"

namespace ksmsim::viz {
namespace {

std::vector<std::string> lines_of(const results::RunResult& result) {
  std::istringstream in(text_summary(result));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}
// What stands behind the words of a line, or "(no such line)".
std::string value_of(const std::vector<std::string>& lines, const std::string& what) {
  for (const std::string& line : lines) {
    if (line.starts_with(what)) return line.substr(line.find_first_not_of(' ', what.size()));
  }
  return "(no such line)";
}
// Where a line stands that begins so; the number of lines if none does.
std::size_t place_of(const std::vector<std::string>& lines, const std::string& what) {
  const auto at = std::find_if(lines.begin(), lines.end(),
                               [&](const std::string& line) { return line.starts_with(what); });
  return static_cast<std::size_t>(at - lines.begin());
}
// A run that merges for 20 s with 30 % of a core, then holds with 5 %.
results::RunResult settling_result() {
  results::RunResult result;
  for (const std::int64_t s : {0, 20, 60, 100}) {
    results::Sample& sample = result.samples.emplace_back(sample_at(s, s == 0 ? 0 : 500));
    sample.passes = s / 10;
    sample.run = 1;
    sample.ksmd_cpu_ns = s == 0 ? 0 : (6000 + (s - 20) * 50) * 1'000'000;
  }
  return result;
}
// The same on a host of which a guest was killed.
results::RunResult host_result() {
  auto result = settling_result();
  auto& host = result.host.emplace();
  host.total_kb = 1 << 20;
  host.swap_total_kb = 1 << 18;
  host.kills = {{.at_ns = 7, .guest = "a"}};
  result.samples[2].host.swap_used_kb = 1 << 10;
  result.memory.emplace();
  result.memory->least_kb = 1 << 11;
  result.memory->least_at_ns = 60 * kSecondNs;
  return result;
}
// Nothing but a sample at 0: no denominators anywhere.
results::RunResult empty_result() {
  results::RunResult result;
  result.samples.resize(1);
  return result;
}

}  // namespace

TEST_CASE("where nothing is merged the first line says so, whatever KSM's records take") {
  auto result = settling_result();
  for (results::Sample& sample : result.samples) {
    sample.truth.saved_pages = 0;
    sample.truth.metadata_bytes = 48;
  }
  CHECK(value_of(lines_of(result), "memory saved at the end").starts_with("nothing: no page of "));
  result.samples.back().truth.saved_pages = 1;
  result.samples.back().truth.metadata_bytes = 3 * 4096;
  const std::string saved = value_of(lines_of(result), "memory saved at the end");
  CHECK(saved.starts_with("-8.0 KiB ("));
  CHECK(saved.ends_with("; KSM's own records take more than merging saves)"));
}

TEST_CASE("the summary says the figures of the result") {
  auto result = made_up_result();
  result.provenance = {{kPricesGiven, "16"}};
  const auto lines = lines_of(result);
  CHECK(value_of(lines, "memory saved at the end") ==
        "796.0 KiB (19.9 % of 3.9 MiB of guest memory)");
  CHECK(value_of(lines, "  by equal contents") == "560.0 KiB");
  CHECK(value_of(lines, "  by zero pages") == "240.0 KiB  (use_zero_pages)");
  CHECK(value_of(lines, "  KSM's own records") == "-4.0 KiB");
  CHECK(value_of(lines, "  counters claim") == "840.0 KiB  (pages_sharing + ksm_zero_pages)");
  CHECK(value_of(lines, "peak") == "1.2 MiB at 30.0 s");
  CHECK(value_of(lines, "floor after the peak") == "400.0 KiB at 60.0 s");
  CHECK(value_of(lines, "time to 50 / 90 / 99 %") ==
        "10.0 s / 20.0 s / 30.0 s  (of the final saving; as samples show it)");
  CHECK(value_of(lines, "passes") == "7 in 100.0 s");
  CHECK(value_of(lines, "ksmd's CPU ") == "8.00 % of one core");
  CHECK(value_of(lines, "ksmd's CPU time") == "8.00 s; 10538.45 s for each GiB saved");
  CHECK(value_of(lines, "  95th percentile") == "30.00 % of one core, between samples");
  CHECK(value_of(lines, "sharing ratio") == "3.00  (pages_sharing / pages_shared)");
  CHECK(value_of(lines, "waste ratio") == "0.50  (pages_unshared / pages_sharing)");
  CHECK(value_of(lines, "copy-on-write breaks") ==
        "180.0 pages a minute; worst minute 250 pages, from 3.0 s on");
  CHECK(value_of(lines, "  changed too often") == "160.0 KiB (10.0 %)");
  CHECK(value_of(lines, "general_profit") == "802560 bytes");
  CHECK(value_of(lines, "simulated").starts_with("kernel 6.18, HZ "));
}

TEST_CASE("the summary begins with what is saved, ksmd's CPU, when it settles, and the risk") {
  const auto lines = lines_of(host_result());
  CHECK(lines[0].starts_with("memory saved at the end"));
  CHECK(lines[1].starts_with("ksmd's CPU"));
  CHECK(lines[2].starts_with("  in the first passes"));
  CHECK(lines[3].starts_with("  in the steady state"));
  CHECK(lines[4].starts_with("settled"));
  CHECK(lines[5].starts_with("time to 50 / 90 / 99 %"));
  CHECK(lines[6].starts_with("risk"));
  CHECK(value_of(lines, "risk") ==
        "1 guest killed (OOM); most swap used 1.0 MiB; least available memory 2.0 MiB at 60.0 s");
  CHECK(place_of(lines_of(settling_result()), "risk") == lines_of(settling_result()).size());
}

TEST_CASE("what is saved at the beginning is said only where KSM was at work before, lower down") {
  auto result = settling_result();
  const auto beginning = [&] { return place_of(lines_of(result), "saved at the beginning"); };
  result.samples.front().truth.metadata_bytes = 48;  // Less than nothing.
  CHECK(beginning() == lines_of(result).size());
  result.samples.front().truth.saved_pages = 25;
  REQUIRE(beginning() < lines_of(result).size());
  CHECK(beginning() > place_of(lines_of(result), "settled"));
}

TEST_CASE("ksmd's CPU stands in a range, in the first passes and in the steady state apart") {
  const auto lines = lines_of(settling_result());
  const std::regex range(
      R"(([\d.]+) % of one core \(([\d.]+) to ([\d.]+) % on the machines known\))");
  for (const char* what : {"ksmd's CPU ", "  in the first passes", "  in the steady state"}) {
    const std::string value = value_of(lines, what);
    INFO(value);
    std::smatch part;
    REQUIRE(std::regex_match(value, part, range));
    CHECK(std::stod(part[2]) < std::stod(part[1]));
    CHECK(std::stod(part[1]) < std::stod(part[3]));
  }
  CHECK(value_of(lines, "  in the first passes").starts_with("30.00 % of one core"));
  CHECK(value_of(lines, "  in the steady state").starts_with("5.00 % of one core"));
  CHECK(value_of(lines, "settled").starts_with("after 20.0 s"));
}

TEST_CASE("a run that never settles says so, and what kept it from that") {
  auto result = settling_result();
  result.samples.back().truth.saved_pages = 100;
  const auto moving = lines_of(result);
  CHECK(value_of(moving, "settled") ==
        "no: within 10 % of the final saving for less than a fifth of the run");
  CHECK(place_of(moving, "  in the steady state") == moving.size());
  for (auto& sample : result.samples) sample.passes = 1;
  CHECK(value_of(lines_of(result), "settled").starts_with("no: pages merge at their second visit"));
}

TEST_CASE("a run in which nothing was registered says so first") {
  auto result = settling_result();
  for (auto& sample : result.samples) sample.passes = 0;
  CHECK(lines_of(result).front().starts_with("nothing is registered"));
  CHECK(place_of(lines_of(settling_result()), "nothing is registered") ==
        lines_of(settling_result()).size());
}

TEST_CASE("every line of the summary carries a unit, and the digest comes last") {
  const std::regex unit(R"(\b([KMGTP]iB|bytes|ms|s|min|h|pages)\b|%|pages_shar)");
  for (const auto& result : {made_up_result(), empty_result(), settling_result()}) {
    const auto lines = lines_of(result);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      INFO(lines[i]);
      if (lines[i].starts_with("simulated ")) continue;  // Names, not amounts.
      CHECK((std::regex_search(lines[i], unit) || lines[i] == "  nothing"));
      CHECK(lines[i].back() != ' ');
    }
    CHECK(std::regex_match(lines.back(), std::regex("digest  [0-9a-f]{16}")));
  }
  CHECK(text_summary(made_up_result()).back() == '\n');
}

TEST_CASE("what a kernel lacks is not shown, and what is known of it only from sources is said") {
  auto result = made_up_result();
  const auto has = [&](const std::string& text) {
    return text_summary(result).find(text) != std::string::npos;
  };
  CHECK(has("general_profit"));
  CHECK(has("(pages_sharing + ksm_zero_pages)"));
  CHECK_FALSE(has("read from sources"));
  CHECK_FALSE(has("CPU prices that were measured on 6.18, not"));
  result.configuration[0].second = "6.1";
  CHECK_FALSE(has("general_profit"));
  CHECK(has("(pages_sharing)"));
  CHECK_FALSE(has("read from sources"));
  CHECK(has("CPU prices that were measured on 6.18, not on 6.1"));
  result.configuration[0].second = "5.8";
  CHECK(has("rules of 5.8 as read from sources"));
}

TEST_CASE("where a ratio has no denominator there is a dash, and never a word like nan") {
  const auto lines = lines_of(empty_result());
  CHECK(value_of(lines, "memory saved at the end") ==
        "nothing: no page of 0 bytes of guest memory is merged");
  CHECK(value_of(lines, "time to 50 / 90 / 99 %") ==
        "- / - / -  (of the final saving; as samples show it)");
  CHECK(value_of(lines, "sharing ratio") == "-  (pages_sharing / pages_shared)");
  CHECK(value_of(lines, "waste ratio") == "-  (pages_unshared / pages_sharing)");
  CHECK(value_of(lines, "ksmd's CPU time") == "0.00 s; - s for each GiB saved");
  CHECK(value_of(lines, "digest") == "0000000000000000");
  for (const std::string& line : lines) {
    INFO(line);
    CHECK_FALSE(std::regex_search(line, std::regex("\\b(nan|inf)\\b")));
  }
}

}  // namespace ksmsim::viz
