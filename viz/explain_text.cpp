#include <fmt/core.h>

#include "viz/explain_view.hpp"
#include "viz/registration.hpp"
#include "viz/scenario_view.hpp"
#include "viz/storm_view.hpp"
#include "viz/text_summary.hpp"
#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

using results::DuplicateRow;
using results::WhyNot;

constexpr std::size_t kTextColumns = 100;

std::string percent(double part) { return fmt::format("{:.1f} %", 100 * part); }

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "- %" : percent(static_cast<double>(part) / static_cast<double>(whole));
}

// A sentence in lines of kTextColumns, each indented.
std::string folded(const std::string& sentence, std::size_t indent) {
  std::string text;
  std::string row;
  const auto end_row = [&] {
    if (!row.empty()) text += std::string(indent, ' ') + row + "\n";
    row.clear();
  };
  for (std::size_t from = 0; from <= sentence.size();) {
    const std::size_t to = std::min(sentence.find(' ', from), sentence.size());
    const std::string word = sentence.substr(from, to - from);
    if (!row.empty() && indent + row.size() + 1 + word.size() > kTextColumns) end_row();
    row += (row.empty() ? "" : " ") + word;
    from = to + 1;
  }
  end_row();
  return text;
}

// What of a reason is what, as far as ksmd's memory tells: of all guests.
std::string details_text(const results::Duplicates& duplicates, WhyNot why) {
  std::string text;
  for (std::size_t d = 0; d < results::kDetail.size(); ++d) {
    if (results::reason_of(static_cast<results::Detail>(d)) != why) continue;
    std::int64_t pages = 0;
    for (const DuplicateRow& row : duplicates.guests) pages += row.detail_pages[d];
    if (pages == 0) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", results::kDetail[d],
                        bytes_text(pages * kPage));
  }
  return text;
}

std::string reasons_text(const results::RunResult& result, const ExplainFigures& f) {
  const results::Duplicates& duplicates = result.duplicates;
  std::string text = "\nwhy, and what would be right\n";
  for (std::size_t w = 0; w < results::kWhyNot.size(); ++w) {
    const std::int64_t bytes = duplicates.unmerged_pages[w] * kPage;
    if (bytes == 0) continue;
    const auto why = static_cast<WhyNot>(w);
    text += figure_line(fmt::format("  {}", results::kWhyNot[w]),
                        fmt::format("{} ({})", bytes_text(bytes), share(bytes, f.possible_bytes)));
    text += folded(details_text(duplicates, why), 6);
    text += folded(advice(why, result, f), 6);
  }
  if (f.swapped_bytes > 0) {
    text += figure_line("  in swap",
                        bytes_text(f.swapped_bytes) + " that equal others (not counted above)");
    text += folded("ksmd does not look into swap; what comes back is found again", 6);
  }
  if (f.possible_bytes == f.merged_bytes && f.swapped_bytes == 0)
    text += "  nothing is left to merge\n";
  return text;
}

std::string pass_length(const ExplainFigures& f) {
  if (f.scanned_unseen) return "not known: run was 1 between samples only";
  if (!f.pass_s) return "nothing was scanned";
  return seconds_text(*f.pass_s) +
         (f.pass_is_estimated ? "  (estimated: no pass was completed)" : "  (on average)");
}

std::string causes_text(const results::RunResult& result, const ExplainFigures& f) {
  std::string text = "\nthe usual causes\n";
  text += figure_line("  length of a pass", pass_length(f));
  std::string life = f.ended_pages ? "nothing was written over" : "not measured";
  if (f.median_life_s) {
    life = fmt::format("half of {} pages written over lived less than {}", *f.ended_pages,
                       seconds_text(*f.median_life_s));
  }
  text += figure_line("  life of contents", life);
  if (f.below_pass) {
    text += figure_line("", fmt::format("{} less than a pass, {} less than two",
                                        percent(*f.below_pass), percent(*f.below_two_passes)));
  }
  const std::int64_t mergeable = f.held_bytes - f.unregistered_bytes;
  text +=
      figure_line("  never still",
                  fmt::format("{} ({} of mergeable memory) were other at each visit, or are new",
                              bytes_text(f.restless_bytes), share(f.restless_bytes, mergeable)));
  text += figure_line("  not registered",
                      fmt::format("{} ({} of guest memory)", bytes_text(f.unregistered_bytes),
                                  share(f.unregistered_bytes, f.held_bytes)));
  const std::string& controller = result.controller.name;
  text += figure_line("  run", fmt::format("{} at the end{}", static_cast<int>(result.knobs.run),
                                           controller.empty() ? "" : " (" + controller + ")"));
  return text;
}

// Where ksmd had nothing to look at, that is the answer, and nothing below matters.
std::string registration_text(const ExplainFigures& f) {
  if (!f.nothing_registered) return "";
  std::string text = figure_line("nothing is registered", unregistered_text());
  text += "why that usually is, and what would be right\n";
  for (const Unregistered& usual : usual_unregistered()) {
    text += fmt::format("  {}\n", usual.memory);
    text += folded(usual.why, 6) + folded(fmt::format("right: {}", usual.remedy), 6);
  }
  return text + "\n";
}

std::string rows_text(const char* what, const std::vector<DuplicateRow>& rows) {
  std::string text = fmt::format("\nby {}\n", what);
  for (const DuplicateRow& row : rows) {
    std::int64_t unmerged = 0;
    std::string reasons;
    for (std::size_t w = 0; w < results::kWhyNot.size(); ++w) {
      if (row.unmerged_pages[w] == 0) continue;
      unmerged += row.unmerged_pages[w];
      reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", results::kWhyNot[w],
                             bytes_text(row.unmerged_pages[w] * kPage));
    }
    const std::string name = row.name.empty() ? std::to_string(row.number) : row.name;
    text += figure_line("  " + name, fmt::format("holds {}, duplicated {}: merged {}, not {}",
                                                 bytes_text(row.present_pages * kPage),
                                                 bytes_text((row.saved_pages + unmerged) * kPage),
                                                 bytes_text(row.saved_pages * kPage),
                                                 bytes_text(unmerged * kPage)));
    text += folded(reasons, 26);
  }
  return text;
}

}  // namespace

std::string explain_text(const results::RunResult& result) {
  const ExplainFigures f = explain_figures(result);
  const results::Sample& last = result.samples.back();
  const std::int64_t left = f.possible_bytes - f.merged_bytes;
  std::string text = scenario_heading(result) + registration_text(f);
  text +=
      figure_line("at the end of the run",
                  fmt::format("{}, {} passes", seconds_text(in_seconds(last.at_ns)), last.passes));
  text += figure_line("guests hold", bytes_text(f.held_bytes));
  text += figure_line("duplicated", bytes_text(f.possible_bytes) +
                                        "  (one of each content stays and is not counted)");
  text += figure_line("  merged", fmt::format("{} ({})", bytes_text(f.merged_bytes),
                                              share(f.merged_bytes, f.possible_bytes)));
  text += figure_line("  not merged",
                      fmt::format("{} ({})", bytes_text(left), share(left, f.possible_bytes)));
  text += reasons_text(result, f);
  text += causes_text(result, f);
  text += rows_text("class", result.duplicates.classes);
  text += rows_text("guest", result.duplicates.guests);
  text += "\nunmerge storms\n" + storm_text(result);
  text += "\n" + rests_on_text(result);
  text += fmt::format("digest  {:016x}\n", result.digest);
  return text;
}

}  // namespace ksmsim::viz
