// Why what is duplicated is not merged: the figures, worked out once, so that text and JSON agree.
//
// Units stand in the names; a fraction is of 1.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

struct ExplainFigures {
  bool nothing_registered = false;  // viz/registration.hpp
  // Time with run at 1, by the samples, from the end of a pass to that of the next, on average; of
  // a run without a whole pass as far as the pages scanned tell; nothing scanned in it: none.
  std::optional<double> pass_s;
  bool pass_is_estimated = false;
  bool scanned_unseen = false;  // Something was, but run was 1 between samples only: no pass_s.
  std::optional<double>
      ksmd_part;  // Of a core, that ksmd used of that time; none if there is none.
  // Contents that were written over or given back during the run; nothing: not measured.
  std::optional<std::int64_t> ended_pages;
  std::optional<double> median_life_s;     // Half of them lived less than this.
  std::optional<double> below_pass;        // Part of them that lived less than a pass,
  std::optional<double> below_two_passes;  // or two: what a pair needs at worst.
  // Of what is there at the end.
  std::int64_t held_bytes = 0;
  std::int64_t unregistered_bytes = 0;
  std::int64_t restless_bytes = 0;  // Mergeable, and at no visit as at the one before.
  std::int64_t swapped_bytes = 0;   // In swap, and equal to others.
  std::int64_t possible_bytes = 0;
  std::int64_t merged_bytes = 0;
};

// REQUIRES: the result has a sample.
ExplainFigures explain_figures(const results::RunResult& result);

// What would be right where pages are left for this reason: sentences, without line breaks.
std::string advice(results::WhyNot why, const results::RunResult& result,
                   const ExplainFigures& figures);

}  // namespace ksmsim::viz
