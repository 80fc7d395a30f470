#include "sim/results/run_result.hpp"

#include <string_view>

#include "sim/base/digest.hpp"

namespace ksmsim::results {
namespace {

void add(Digest& digest, std::int64_t value) { digest.add(static_cast<std::uint64_t>(value)); }

void add(Digest& digest, const HostOutcome& host) {
  const auto number = [&](const char*, std::int64_t value) { add(digest, value); };
  for_each_outcome_number(host, number);
  for (const OomKill& kill : host.kills) {
    digest.add(kill.guest);
    for_each_kill_number(kill, number);
  }
  for (const GuestMemory& guest : host.guests) {
    digest.add(guest.name);
    for_each_memory_number(guest, number);
  }
}

void add(Digest& digest, const Sample& sample) {
  add(digest, sample.at_ns);
  for_each_field(sample.counters, [&](const char*, std::int64_t value) { add(digest, value); });
  for_each_truth(sample.truth, [&](const char*, std::int64_t value) { add(digest, value); });
  add(digest, sample.ksmd_cpu_ns);
  add(digest, sample.passes);
  add(digest, sample.pages_to_scan);
}

// Hosts without an ARC keep the digest that they had before it was a figure.
void add(Digest& digest, const HostFigures& figures) {
  for_each_host_figure(figures, [&](const char* name, std::int64_t value) {
    if (std::string_view(name) != kArcFigure || value != 0) add(digest, value);
  });
}

// Reasons that came later count where they occur: results without them keep their digest.
void add(Digest& digest, const std::array<std::int64_t, kWhyNot.size()>& unmerged) {
  for (std::size_t i = 0; i < unmerged.size(); ++i) {
    if (i >= kWhyNotOfOld && unmerged[i] == 0) continue;
    if (i >= kWhyNotOfOld) digest.add(std::string(kWhyNot[i]));
    add(digest, unmerged[i]);
  }
}

}  // namespace

void name_classes(RunResult& result, const std::vector<std::string>& classes) {
  for (DuplicateRow& row : result.duplicates.classes) {
    if (row.number < classes.size()) row.name = classes[row.number];
  }
  for (Storm* storm : {&result.storm, result.peak_storm ? &*result.peak_storm : nullptr}) {
    if (storm == nullptr) continue;
    for (Blast& blast : storm->classes) {
      if (blast.number < classes.size()) blast.page_class = classes[blast.number];
    }
  }
}

std::uint64_t digest_of(const RunResult& result) {
  Digest digest;
  for (const auto& [name, value] : result.configuration) {
    digest.add(name);
    digest.add(value);
  }
  for (const Sample& sample : result.samples) add(digest, sample);
  if (result.host) {
    for (const Sample& sample : result.samples) {
      add(digest, sample.host);
    }
    add(digest, *result.host);
  }
  for (const Event& event : result.events) {
    add(digest, event.at_ns);
    digest.add(event.text);
  }
  for (const Guest& guest : result.guests) {
    digest.add(guest.name);
    for_each_guest_number(guest, [&](const char*, std::int64_t value) { add(digest, value); });
  }
  add(digest, result.duplicates.possible_pages);
  add(digest, result.worst_minute.breaks);
  add(digest, result.worst_minute.from_ns);
  for (const BreakCause& cause : result.break_causes) {
    // What was broken while nothing special went on is in the samples and the worst minute.
    if (cause.cause == kCauseRunning) continue;
    digest.add(cause.cause);
    for_each_cause_number(cause, [&](const char*, std::int64_t value) { add(digest, value); });
  }
  add(digest, result.duplicates.unmerged_pages);
  for (const auto* list : {&result.work, &result.outcomes}) {
    for (const auto& [name, value] : *list) {
      digest.add(name);
      digest.add(value);
    }
  }
  return digest.value();
}

}  // namespace ksmsim::results
