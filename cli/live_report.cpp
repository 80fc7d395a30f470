#include "cli/live_report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace ksmsim::cli {
namespace {

// The rows at which a pass had just ended, on one side (predicted or recorded).
std::vector<std::size_t> pass_ends(const std::vector<LiveRow>& rows, ksm::Counters LiveRow::*side) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].recorded_unmerging) continue;
    if ((rows[i].*side).full_scans > (rows[i - 1].*side).full_scans) ends.push_back(i);
  }
  return ends;
}

// A recorded pass end and the predicted one that is nearest in time. (Not the one of the same
// number: a guest's first seconds, between two snapshots, may have a pass more or less.)
struct PassPair {
  std::size_t recorded = 0, predicted = 0;
  bool quiet = true;  // No guest started or stopped during the recorded pass.
};

// Pairs outside of the frozen part; a predicted end that is nearest to two goes with the closer
// one.
std::vector<PassPair> pair_passes(const std::vector<LiveRow>& rows) {
  const auto predicted = pass_ends(rows, &LiveRow::predicted);
  std::vector<PassPair> pairs;
  std::size_t from = 0;
  for (std::size_t r : pass_ends(rows, &LiveRow::recorded)) {
    const auto distance = [&](std::size_t p) { return std::abs(rows[p].at_s - rows[r].at_s); };
    const auto nearest =
        std::min_element(predicted.begin(), predicted.end(),
                         [&](std::size_t x, std::size_t y) { return distance(x) < distance(y); });
    PassPair pair{r, nearest != predicted.end() ? *nearest : r, true};
    for (std::size_t i = from; i <= r; ++i) pair.quiet &= !rows[i].guest_changes;
    from = r;
    if (nearest == predicted.end() || rows[r].frozen) continue;
    if (!pairs.empty() && pairs.back().predicted == pair.predicted) {
      const std::size_t other = pairs.back().recorded;
      if (std::abs(rows[pair.predicted].at_s - rows[other].at_s) <= distance(pair.predicted)) {
        continue;
      }
      pairs.pop_back();
    }
    pairs.push_back(pair);
  }
  return pairs;
}

std::string percent(std::int64_t predicted, std::int64_t recorded) {
  if (recorded == 0) return predicted == 0 ? "0 %" : "-";
  return fmt::format("{:+.1f} %",
                     100 * (static_cast<double>(predicted) / static_cast<double>(recorded) - 1));
}

// Errors as percent, absolute.
struct Errors {
  std::vector<double> percent;
  void add(double predicted, double recorded) {
    if (recorded > 0) percent.push_back(100 * std::abs(predicted / recorded - 1));
    if (recorded == 0 && predicted > 0) percent.push_back(100);
  }
  std::string summary(double bound) {
    if (percent.empty()) return "none";
    std::sort(percent.begin(), percent.end());
    const auto within =
        std::count_if(percent.begin(), percent.end(), [&](double p) { return p <= bound; });
    return fmt::format("{} of {} within {:.0f} %, median error {:.2f} %, worst {:.1f} %", within,
                       percent.size(), bound, percent[percent.size() / 2], percent.back());
  }
};

std::string pass_table(const std::vector<LiveRow>& rows) {
  std::string text =
      "\n| pass | ends at s, recorded | predicted | length s, recorded | predicted | "
      "pages_sharing, recorded | predicted | error | |\n"
      "|--:|--:|--:|--:|--:|--:|--:|--:|---|\n";
  Errors quiet;
  Errors all;
  double recorded_span = 0;
  double predicted_span = 0;
  std::size_t lengths_known = 0;
  const PassPair* last = nullptr;
  const auto pairs = pair_passes(rows);
  for (const PassPair& pair : pairs) {
    const LiveRow& r = rows[pair.recorded];
    const LiveRow& p = rows[pair.predicted];
    std::string lengths = "| | ";
    const bool next_pass = last != nullptr && last->predicted < pair.predicted &&
                           r.recorded.full_scans == rows[last->recorded].recorded.full_scans + 1 &&
                           p.predicted.full_scans == rows[last->predicted].predicted.full_scans + 1;
    if (next_pass) {
      const double rl = r.at_s - rows[last->recorded].at_s;
      const double pl = p.at_s - rows[last->predicted].at_s;
      recorded_span += rl;
      ++lengths_known;
      predicted_span += pl;
      lengths = fmt::format("| {:.0f} | {:.0f} ", rl, pl);
    }
    last = &pair;
    const std::int64_t rs = r.recorded.pages_sharing;
    const std::int64_t ps = p.predicted.pages_sharing;
    (pair.quiet ? quiet : all).add(static_cast<double>(ps), static_cast<double>(rs));
    text += fmt::format("| {} | {:.0f} | {:.0f} {}| {} | {} | {} | {} |\n", r.recorded.full_scans,
                        r.at_s, p.at_s, lengths, rs, ps, percent(ps, rs),
                        pair.quiet ? "" : "a guest starts or stops");
  }
  return fmt::format(
             "- `pages_sharing` at the ends of passes of guests at work, none starting or "
             "stopping: {}.\n"
             "- The same in the other passes: {}. What a guest does between two snapshots while it "
             "boots is not known.\n"
             "- Lengths of {} passes (those whose beginning and end both sides have), summed: "
             "recorded {:.0f} s, predicted "
             "{:.0f} s ({:+.2f} %); a single one is known to the second only.\n",
             quiet.summary(2), all.summary(2), lengths_known, recorded_span, predicted_span,
             recorded_span > 0 ? 100 * (predicted_span / recorded_span - 1) : 0.0) +
         text;
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
      "\nksmd's CPU time: recorded {:.2f} s, predicted {:.2f} s ({:+.0f} %). Repeated recordings "
      "of "
      "one batch spread by 20 to 40 % on the machine whose prices these are.\n",
      last.recorded_cpu_s, last.predicted_cpu_s,
      100 * (last.predicted_cpu_s / last.recorded_cpu_s - 1));
  return text + counter_errors(rows);
}

std::string live_table(const std::vector<LiveRow>& rows) {
  std::string text = "Recorded / predicted.\n\n| s |";
  std::string rule = "\n|--:|";
  ksm::for_each_shown(ksm::Counters{}, [&](const char* name, std::int64_t) {
    text += fmt::format(" {} |", name);
    rule += "--:|";
  });
  text += " ksmd CPU s |" + rule + "--:|\n";
  for (const LiveRow& r : rows) {
    std::vector<std::int64_t> predicted;
    ksm::for_each_shown(r.predicted,
                        [&](const char*, std::int64_t value) { predicted.push_back(value); });
    text += fmt::format("| {:.0f} |", r.at_s);
    std::size_t i = 0;
    ksm::for_each_shown(r.recorded, [&](const char*, std::int64_t value) {
      text += fmt::format(" {} / {} |", value, predicted[i++]);
    });
    text += fmt::format(" {:.2f} / {:.2f} |\n", r.recorded_cpu_s, r.predicted_cpu_s);
  }
  return text;
}

}  // namespace ksmsim::cli
