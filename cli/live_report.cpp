#include "cli/live_report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace ksmsim::cli {
namespace {

// The rows at which a pass had just ended, on one side (predicted or recorded). A drop of
// full_scans (run 2) begins a new stretch.
struct PassEnd {
  std::size_t stretch = 0;
  std::int64_t pass = 0;  // full_scans.
  std::size_t row = 0;
};

std::vector<PassEnd> pass_ends(const std::vector<LiveRow>& rows, ksm::Counters LiveRow::*side) {
  std::vector<PassEnd> ends;
  std::size_t stretch = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::int64_t before = (rows[i - 1].*side).full_scans;
    const std::int64_t now = (rows[i].*side).full_scans;
    if (now < before) ++stretch;
    if (now > before) ends.push_back({stretch, now, i});
  }
  return ends;
}

const PassEnd* find(const std::vector<PassEnd>& ends, const PassEnd& like) {
  const auto at = std::find_if(ends.begin(), ends.end(), [&](const PassEnd& e) {
    return e.stretch == like.stretch && e.pass == like.pass;
  });
  return at != ends.end() ? &*at : nullptr;
}

std::string percent(std::int64_t predicted, std::int64_t recorded) {
  if (recorded == 0) return predicted == 0 ? "0 %" : "-";
  return fmt::format("{:+.1f} %", 100 * (static_cast<double>(predicted) /
                                             static_cast<double>(recorded) - 1));
}

struct Worst {
  double value = 0;
  void add(double error) { value = std::max(value, std::abs(error)); }
};

std::string pass_table(const std::vector<LiveRow>& rows) {
  const auto recorded = pass_ends(rows, &LiveRow::recorded);
  const auto predicted = pass_ends(rows, &LiveRow::predicted);
  std::string text =
      "\n| pass | ends at s, recorded | predicted | length s, recorded | predicted | "
      "pages_sharing, recorded | predicted | error |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  Worst sharing;
  double recorded_span = 0;
  double predicted_span = 0;
  std::size_t missing = 0;
  const PassEnd* last_recorded = nullptr;
  const PassEnd* last_predicted = nullptr;
  for (const PassEnd& r : recorded) {
    const PassEnd* p = find(predicted, r);
    if (p == nullptr) {
      ++missing;
      text += fmt::format("| {} | {:.0f} | - | | | {} | - | |\n", r.pass, rows[r.row].at_s,
                          rows[r.row].recorded.pages_sharing);
      continue;
    }
    std::string lengths = "| | ";
    if (last_recorded != nullptr && last_recorded->stretch == r.stretch &&
        last_predicted->stretch == p->stretch) {
      const double rl = rows[r.row].at_s - rows[last_recorded->row].at_s;
      const double pl = rows[p->row].at_s - rows[last_predicted->row].at_s;
      recorded_span += rl;
      predicted_span += pl;
      lengths = fmt::format("| {:.0f} | {:.0f} ", rl, pl);
    }
    last_recorded = &r;
    last_predicted = p;
    const std::int64_t rs = rows[r.row].recorded.pages_sharing;
    const std::int64_t ps = rows[p->row].predicted.pages_sharing;
    if (rs > 0) sharing.add(static_cast<double>(ps) / static_cast<double>(rs) - 1);
    text += fmt::format("| {} | {:.0f} | {:.0f} {}| {} | {} | {} |\n", r.pass, rows[r.row].at_s,
                        rows[p->row].at_s, lengths, rs, ps, percent(ps, rs));
  }
  std::string summary = fmt::format(
      "- `pages_sharing` at the ends of {} passes: worst error {:.2f} %.\n"
      "- Length of passes, summed: recorded {:.0f} s, predicted {:.0f} s ({:+.2f} %); one is known "
      "to the second only.\n",
      recorded.size() - missing, 100 * sharing.value, recorded_span, predicted_span,
      recorded_span > 0 ? 100 * (predicted_span / recorded_span - 1) : 0.0);
  if (missing > 0) summary += fmt::format("- {} recorded passes were not predicted.\n", missing);
  return summary + text;
}

std::string counter_errors(const std::vector<LiveRow>& rows) {
  std::string text =
      "\n| counter, over all rows | mean recorded | mean |error| | of the mean |\n"
      "|---|--:|--:|--:|\n";
  std::vector<std::string> names;
  ksm::for_each_shown(rows.front().recorded,
                      [&](const char* name, std::int64_t) { names.emplace_back(name); });
  for (const std::string& name : names) {
    const auto value = [&](const ksm::Counters& c) {
      double v = 0;
      ksm::for_each_shown(c, [&](const char* n, std::int64_t x) {
        if (n == name) v = static_cast<double>(x);
      });
      return v;
    };
    double sum = 0;
    double error = 0;
    for (const LiveRow& row : rows) {
      sum += value(row.recorded);
      error += std::abs(value(row.predicted) - value(row.recorded));
    }
    const auto n = static_cast<double>(rows.size());
    text += fmt::format("| {} | {:.0f} | {:.0f} | {} |\n", name, sum / n, error / n,
                        sum != 0 ? fmt::format("{:.1f} %", 100 * error / std::abs(sum)) : "-");
  }
  return text;
}

}  // namespace

std::string live_report(const std::vector<LiveRow>& rows) {
  if (rows.size() < 2) return "No live rows are recorded.\n";
  const LiveRow& last = rows.back();
  std::string text = pass_table(rows);
  text += fmt::format(
      "\nksmd's CPU time: recorded {:.2f} s, predicted {:.2f} s ({:+.0f} %). Repeated recordings of "
      "one batch spread by 20 to 40 % on the machine whose prices these are.\n",
      last.recorded_cpu_s, last.predicted_cpu_s,
      100 * (last.predicted_cpu_s / last.recorded_cpu_s - 1));
  return text + counter_errors(rows);
}

std::string live_table(const std::vector<LiveRow>& rows) {
  std::string text =
      "Recorded / predicted.\n\n| s | full_scans | pages_shared | pages_sharing | error | "
      "pages_unshared | pages_volatile | ksmd CPU s |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const LiveRow& r : rows) {
    const auto pair = [](std::int64_t a, std::int64_t b) { return fmt::format("{} / {}", a, b); };
    text += fmt::format(
        "| {:.0f} | {} | {} | {} | {} | {} | {} | {:.2f} / {:.2f} |\n", r.at_s,
        pair(r.recorded.full_scans, r.predicted.full_scans),
        pair(r.recorded.pages_shared, r.predicted.pages_shared),
        pair(r.recorded.pages_sharing, r.predicted.pages_sharing),
        percent(r.predicted.pages_sharing, r.recorded.pages_sharing),
        pair(r.recorded.pages_unshared, r.predicted.pages_unshared),
        pair(pages_volatile(r.recorded), pages_volatile(r.predicted)), r.recorded_cpu_s,
        r.predicted_cpu_s);
  }
  return text;
}

}  // namespace ksmsim::cli
