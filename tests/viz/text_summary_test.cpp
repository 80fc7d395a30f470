#include "viz/text_summary.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/viz/made_up_result.hpp"

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
// Nothing but a sample at 0: no denominators anywhere.
results::RunResult empty_result() {
  results::RunResult result;
  result.samples.resize(1);
  return result;
}

}  // namespace

TEST_CASE("the summary says the figures of the result") {
  const auto lines = lines_of(made_up_result());
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
  CHECK(value_of(lines, "ksmd's CPU") == "8.00 % of one core (95th percentile 30.00 %)");
  CHECK(value_of(lines, "sharing ratio") == "3.00  (pages_sharing / pages_shared)");
  CHECK(value_of(lines, "waste ratio") == "0.50  (pages_unshared / pages_sharing)");
  CHECK(value_of(lines, "copy-on-write breaks") ==
        "180.0 pages a minute; worst minute 250 pages, from 3.0 s on");
  CHECK(value_of(lines, "  changed too often") == "160.0 KiB (10.0 %)");
  CHECK(value_of(lines, "general_profit") == "802560 bytes");
  CHECK(value_of(lines, "simulated").starts_with("kernel 6.18, HZ "));
}

TEST_CASE("every line of the summary carries a unit, and the digest comes last") {
  const std::regex unit(R"(\b([KMGTP]iB|bytes|ms|s|min|h|pages)\b|%|pages_shar)");
  for (const auto& result : {made_up_result(), empty_result()}) {
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
  CHECK(value_of(lines, "memory saved at the end") == "0 bytes (- of 0 bytes of guest memory)");
  CHECK(value_of(lines, "time to 50 / 90 / 99 %") ==
        "- / - / -  (of the final saving; as samples show it)");
  CHECK(value_of(lines, "sharing ratio") == "-  (pages_sharing / pages_shared)");
  CHECK(value_of(lines, "waste ratio") == "-  (pages_unshared / pages_sharing)");
  CHECK(value_of(lines, "  CPU time") == "0.00 s; - s for each GiB saved");
  CHECK(value_of(lines, "digest") == "0000000000000000");
  for (const std::string& line : lines) {
    INFO(line);
    CHECK_FALSE(std::regex_search(line, std::regex("\\b(nan|inf)\\b")));
  }
}

}  // namespace ksmsim::viz
