#include "sim/host/recorder.hpp"

#include "sim/base/check.hpp"
#include "sim/input/guest_of.hpp"

namespace ksmsim::host {

Recorder::Recorder(const RunOptions& options, std::optional<std::int64_t> available_kb)
    : samples_(options.sample_interval), counts_numa_reads_(options.ram.numa_nodes > 1) {
  if (available_kb) memory_log_.emplace(*available_kb);
  if (options.lives == Lives::measured) life_log_.emplace();
}

void Recorder::describe(Configuration configuration, Configuration kept_knobs,
                        std::optional<results::HostOutcome> host) {
  result_.configuration = std::move(configuration);
  result_.kept_knobs = std::move(kept_knobs);
  result_.host = std::move(host);
}

// ---------------------------------------------------------------- guests

void Recorder::keep_guest(MmId mm, results::Guest guest, results::GuestMemory held) {
  result_.guests.push_back(std::move(guest));
  if (!result_.host) return;
  result_.host->guests.push_back(std::move(held));
  listed_.push_back(mm);
}

void Recorder::forget_lives(MmId mm) {
  if (life_log_) life_log_->forget(mm);
}

// What came after a guest was kept.
void Recorder::complete_guests(const Machine& machine, const GuestControl& guests) {
  for (std::size_t i = 0; i < listed_.size(); ++i) {
    results::GuestMemory& guest = result_.host->guests[i];
    guest.dropped_operations = guests.dropped(listed_[i]);
    guest.living = machine.memory().space(listed_[i]).living ? 1 : 0;
  }
}

// ---------------------------------------------------------------- what changes memory

void Recorder::record(Time at, const input::Operation& operation, const mem::HostMemory& memory) {
  if (life_log_) life_log_->record(at, operation);
  if (const auto* activity = std::get_if<input::Activity>(&operation)) breaks_.note(*activity);
  if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    breaks_.fork(fork->parent, fork->child);
  }
  const auto* read = std::get_if<input::Read>(&operation);
  if (read != nullptr && counts_numa_reads_) numa_.count(memory, *read);
}

BreakLog::Cause Recorder::cause_of(const input::Operation& operation,
                                   FromBalloon from_balloon) const {
  if (std::holds_alternative<input::Advise>(operation) ||
      std::holds_alternative<input::OptIn>(operation)) {
    return BreakLog::kAdvice;
  }
  if (from_balloon == FromBalloon::yes) return BreakLog::kBalloon;
  const auto guest = input::guest_of(operation);
  return guest ? breaks_.activity(*guest) : BreakLog::kRunning;
}

void Recorder::book(const MemoryChange& change, Time at, const mem::Totals& totals) {
  if (change.frames == MemoryChange::Frames::of_nobody) breaks_.pass_over_frames(totals);
  if (change.cause) breaks_.book(at, totals, *change.cause);
}

void Recorder::note_available(Time at, std::int64_t available_kb, const mem::Totals& totals) {
  KSM_CHECK(memory_log_.has_value());
  memory_log_->note(at, available_kb, totals.write_breaks + totals.unmerge_breaks);
}

// ---------------------------------------------------------------- samples, the end

Time Recorder::keep_sample(const results::Sample& sample) {
  const Time now{Duration{sample.at_ns}};
  if (samples_.add(sample) == SampleSeries::Thinned::yes) {
    note(now, results::SamplesThinned{static_cast<std::int64_t>(kSamplesMax)});
  }
  return samples_.next_time(now);
}

bool Recorder::is_new_peak(std::int64_t saved_pages) {
  if (20 * saved_pages <= 21 * peak_saved_) return false;
  peak_saved_ = saved_pages;
  return true;
}

results::ContentLives Recorder::lives(Time now) const {
  KSM_CHECK(life_log_.has_value());
  return life_log_->lives(now);
}

results::RunResult Recorder::finish(const results::Sample& last, const Machine& machine,
                                    const GuestControl& guests) {
  samples_.end(last);
  complete_guests(machine, guests);
  result_.samples = samples_.take();
  if (memory_log_) result_.memory = memory_log_->course();
  if (life_log_) result_.lives = life_log_->lives(Time{Duration{result_.samples.back().at_ns}});
  result_.worst_minute = breaks_.worst_write_minute();
  result_.break_causes = breaks_.causes();
  return std::move(result_);
}

}  // namespace ksmsim::host
