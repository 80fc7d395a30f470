#include "viz/lockstep_rows.hpp"

#include <fmt/core.h>

#include <array>
#include <sstream>
#include <vector>

#include "sim/ksm/files.hpp"

namespace ksmsim::viz {
namespace {

struct Column {
  const char* name;
  std::int64_t (*value)(const ksm::Counters&);
};

using Counters = ksm::Counters;
constexpr std::array<Column, 11> kColumns{{
    {"full_scans", [](const Counters& c) { return c.full_scans; }},
    {"pages_scanned", [](const Counters& c) { return c.pages_scanned; }},
    {"pages_shared", [](const Counters& c) { return c.pages_shared; }},
    {"pages_sharing", [](const Counters& c) { return c.pages_sharing; }},
    {"pages_unshared", [](const Counters& c) { return c.pages_unshared; }},
    {"pages_volatile", [](const Counters& c) { return pages_volatile(c); }},
    {"pages_skipped", [](const Counters& c) { return c.pages_skipped; }},
    {"ksm_zero_pages", [](const Counters& c) { return c.ksm_zero_pages; }},
    {"stable_node_chains", [](const Counters& c) { return c.stable_node_chains; }},
    {"stable_node_dups", [](const Counters& c) { return c.stable_node_dups; }},
    {"general_profit", [](const Counters& c) { return general_profit(c); }},
}};

std::vector<std::string> fields(const std::string& row) {
  std::vector<std::string> list(1);
  for (char c : row) {
    if (c == ',')
      list.emplace_back();
    else
      list.back() += c;
  }
  return list;
}

}  // namespace

std::string lockstep_header() {
  std::string text = "line";
  for (const Column& column : kColumns) text += fmt::format(",{}", column.name);
  return text;
}

std::string lockstep_row(int line, const ksm::Counters& counters, const ksm::Traits& traits) {
  std::string text = fmt::format("{}", line);
  for (const Column& column : kColumns) {
    text += ',';
    if (ksm::has_file(traits, column.name)) text += fmt::format("{}", column.value(counters));
  }
  return text;
}

std::string first_difference(const std::string& row, const std::string& recorded) {
  const auto ours = fields(row);
  const auto theirs = fields(recorded);
  const auto names = fields(lockstep_header());
  for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i) {
    if (ours[i] == theirs[i]) continue;
    const std::string name = i < names.size() ? names[i] : fmt::format("column {}", i + 1);
    return fmt::format("{} is {}, recorded {}", name, ours[i], theirs[i]);
  }
  return fmt::format("the row has {} columns, recorded {}", ours.size(), theirs.size());
}

}  // namespace ksmsim::viz
