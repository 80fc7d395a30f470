#include "sim/results/run_result.hpp"

#include "sim/base/digest.hpp"

namespace ksmsim::results {
namespace {

void add(Digest& digest, std::int64_t value) { digest.add(static_cast<std::uint64_t>(value)); }

void add(Digest& digest, const Sample& sample) {
  add(digest, sample.at_ns);
  for_each_field(sample.counters, [&](const char*, std::int64_t value) { add(digest, value); });
  for_each_truth(sample.truth, [&](const char*, std::int64_t value) { add(digest, value); });
  add(digest, sample.ksmd_cpu_ns);
  add(digest, sample.passes);
  add(digest, sample.pages_to_scan);
}

}  // namespace

std::uint64_t digest_of(const RunResult& result) {
  Digest digest;
  for (const auto& [name, value] : result.configuration) {
    digest.add(name);
    digest.add(value);
  }
  for (const Sample& sample : result.samples) add(digest, sample);
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
  for (std::int64_t pages : result.duplicates.unmerged_pages) add(digest, pages);
  for (const auto* list : {&result.work, &result.outcomes}) {
    for (const auto& [name, value] : *list) {
      digest.add(name);
      digest.add(value);
    }
  }
  return digest.value();
}

}  // namespace ksmsim::results
