// A run's result made by hand, small enough to work out its figures on paper.
#pragma once
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

constexpr std::int64_t kSecondNs = 1'000'000'000;

// A sample at so many seconds at which so many pages are saved.
inline results::Sample sample_at(std::int64_t s, std::int64_t saved_pages) {
  results::Sample sample;
  sample.at_ns = s * kSecondNs;
  sample.truth = {.present_pages = 1000, .saved_pages = saved_pages};
  return sample;
}

// 100 seconds of a host of 1000 pages: up to 300 saved, down to 100, 200 at the end; every field
// has a value of its own somewhere.
inline results::RunResult made_up_result() {
  results::RunResult r;
  r.configuration = {{"kernel", "6.18"}, {"pages_to_scan", "100"}};
  r.samples = {sample_at(0, 0),    sample_at(10, 100), sample_at(20, 180), sample_at(30, 300),
               sample_at(60, 100), sample_at(90, 198), sample_at(100, 200)};
  // CPU: 10 % of the first 10 s, 30 % of the next, then 5 %.
  const std::int64_t cpu_ms[] = {0, 1000, 4000, 4500, 6000, 7500, 8000};
  const std::int64_t breaks[] = {0, 0, 5, 10, 250, 260, 300};
  for (std::size_t i = 0; i < r.samples.size(); ++i) {
    r.samples[i].ksmd_cpu_ns = cpu_ms[i] * 1'000'000;
    r.samples[i].truth.write_breaks = breaks[i];
    r.samples[i].run = 1;
    r.samples[i].pages_to_scan = 100;
    r.samples[i].sleep_millisecs = 20;
  }
  results::Sample& last = r.samples.back();
  last.counters = {.full_scans = 3,
                   .pages_scanned = 2100,
                   .pages_shared = 50,
                   .pages_sharing = 150,
                   .pages_unshared = 75,
                   .pages_skipped = 11,
                   .ksm_zero_pages = 60,
                   .stable_node_chains = 1,
                   .stable_node_dups = 2,
                   .rmap_items = 900};
  last.truth.zero_pages = 60;
  last.truth.metadata_bytes = 4096;
  last.truth.cow_ksm = 310;
  last.truth.unmerge_breaks = 12;
  last.passes = 7;
  r.events = {{0, results::GuestBegan{"a"}}, {5 * kSecondNs, results::KnobWritten{"", "run", "1"}}};
  r.observed = {{kSecondNs, {{"pages_shared", 4}, {"pages_sharing", -5}}}};
  r.guests = {{.name = "a",
               .present_pages = 1000,
               .ksm_rmap_items = 900,
               .ksm_zero_pages = 60,
               .ksm_merging_pages = 200,
               .ksm_process_profit = -17}};
  r.duplicates = {.possible_pages = 400, .unmerged_pages = {40, 0, 30, 20, 110, 0}};
  r.duplicates.classes = {{.number = 0,
                           .name = "heap",
                           .present_pages = 700,
                           .unregistered_pages = 30,
                           .restless_pages = 45,
                           .saved_pages = 50,
                           .swapped_pages = 3,
                           .unmerged_pages = {40, 0, 0, 0, 60},
                           .detail_pages = {5, 10, 25, 0, 50, 10}},
                          {.number = 3,
                           .name = "file",
                           .present_pages = 300,
                           .saved_pages = 150,
                           .unmerged_pages = {0, 0, 30, 20, 50},
                           .detail_pages = {0, 0, 0, 0, 50, 0}}};
  r.duplicates.guests = {{.number = 1,
                          .name = "a",
                          .present_pages = 1000,
                          .unregistered_pages = 30,
                          .restless_pages = 45,
                          .saved_pages = 200,
                          .swapped_pages = 3,
                          .unmerged_pages = {40, 0, 30, 20, 110},
                          .detail_pages = {5, 10, 25, 0, 100, 10}}};
  r.storm = {.saved_pages = 200,
             .classes = {{3, "file", {"a", "b"}, 150}, {0, "heap", {"a"}, 50}},
             .groups = {{0, "", {"a", "b"}, 120}, {0, "", {"a"}, 80}}};
  r.worst_minute = {.breaks = 250, .from_ns = 3 * kSecondNs};
  r.break_causes = {
      {.cause = "update", .breaks = 200, .new_frames = 190, .worst_minute = {150, 4 * kSecondNs}},
      {.cause = "run 2", .breaks = 12, .new_frames = -3, .worst_minute = {12, 9 * kSecondNs}}};
  r.work = {{"visits", 2100}, {"checksums", ~std::uint64_t{0}}};
  r.outcomes = {{"still_merged", 2000}, {"unshared", 100}};
  r.digest = results::digest_of(r);
  return r;
}

// Gives every number, text and word of a part a value of its own, and every list two elements.
class Filler {
 public:
  template <class T>
  void fill(T& value) {
    if constexpr (Listed<T>) {
      for_each_field(value, [this](const char*, auto& field) { this->fill(field); });
    } else if constexpr (Worded<T>) {
      value = static_cast<T>(words_of(value).size() - 1);
    } else if constexpr (std::is_same_v<T, bool>) {
      value = true;
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = "text " + std::to_string(next_++);
    } else if constexpr (kIsOptional<T>) {
      fill(value.emplace());
    } else if constexpr (kIsPair<T>) {
      fill(value.first);
      fill(value.second);
    } else if constexpr (kIsArray<T>) {
      for (auto& element : value) fill(element);
    } else if constexpr (kIsVector<T>) {
      value.resize(2);
      for (auto& element : value) fill(element);
    } else if constexpr (!kIsVariant<T>) {
      value = static_cast<T>(next_++);
    }
  }

 private:
  std::int64_t next_ = 1000;
};

// One event of every kind.
template <std::size_t I = 0>
void add_every_kind(Filler& filler, std::vector<results::Event>& events) {
  if constexpr (I < std::variant_size_v<results::Happening>) {
    results::Event& event = events.emplace_back();
    event.at_ns = static_cast<std::int64_t>(I);
    filler.fill(event.what.emplace<I>());
    add_every_kind<I + 1>(filler, events);
  }
}

// A result with all that there may be in one, every field with a value of its own.
inline results::RunResult full_result() {
  results::RunResult r;
  Filler filler;
  filler.fill(r);
  r.events.clear();
  add_every_kind(filler, r.events);
  results::ContentLives lives;
  lives.ended.add(7, 11);
  lives.standing.add(900, 13);
  r.lives = lives;
  r.digest = results::digest_of(r);
  return r;
}

}  // namespace ksmsim::viz
