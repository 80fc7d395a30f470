// Keeps what a run is to be judged by: events, samples, guests as they were at their end, who broke
// sharings, how available memory went, how long contents lived.
//
// Invariants:
//   (1) Nothing here reaches back into the simulation: a run without it would go the same way.
//   (2) Events and samples ascend in time.
// It keeps what it is told, and owns no clock. What a sample or a guest shows is found by others
// (figures.hpp, HostLoop), and when something is to be kept is decided by Run.
//
// A value: copying it copies everything.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/host/break_log.hpp"
#include "sim/host/configuration.hpp"
#include "sim/host/guest_control.hpp"
#include "sim/host/life_log.hpp"
#include "sim/host/memory_change.hpp"
#include "sim/host/memory_log.hpp"
#include "sim/host/numa_reads.hpp"
#include "sim/host/run_options.hpp"
#include "sim/host/sample_series.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

class Recorder {
 public:
  // `available_kb`: at the start, if RAM is bounded.
  Recorder(const RunOptions& options, std::optional<std::int64_t> available_kb);

  // What is known before anything happens; the host's outcome if its memory was described.
  void describe(Configuration configuration, Configuration kept_knobs,
                std::optional<results::HostOutcome> host);

  // What happened, and what the captured host showed.
  void note(Time at, results::Happening what) {
    result_.events.push_back({nanoseconds(at), std::move(what)});
  }
  void keep_observed(Time at, const input::HostCounters& counters) {
    result_.observed.push_back({nanoseconds(at), counters.values});
  }

  // Guests' names, by MmId: the next address space is called so.
  void name_next(const std::string& name) { names_.push_back(name); }
  const std::string& name(MmId mm) const { return names_[mm.value]; }
  const std::vector<std::string>& names() const { return names_; }
  // Keeps what a guest holds now: at its end, or at the end of the run.
  void keep_guest(MmId mm, results::Guest guest, results::GuestMemory held);
  // A guest is killed now. REQUIRES: the host's outcome is there.
  void keep_kill(results::OomKill kill) { result_.host->kills.push_back(std::move(kill)); }
  // It is gone without an operation of its own.
  void forget_lives(MmId mm);

  // An operation was carried out.
  void record(Time at, const input::Operation& operation, const mem::HostMemory& memory);
  // To whose account breaks come that the operation has caused.
  enum class FromBalloon : std::uint8_t { no, yes };
  BreakLog::Cause cause_of(const input::Operation& operation, FromBalloon from_balloon) const;
  // Books what has broken, and whose the frames are. REQUIRES: times do not go back.
  void book(const MemoryChange& change, Time at, const mem::Totals& totals);
  // Memory was found for somebody: that is no relief from anybody's storm.
  void pass_over_frames(const mem::Totals& totals) { breaks_.pass_over_frames(totals); }
  // So much memory is available now. REQUIRES: RAM is bounded.
  void note_available(Time at, std::int64_t available_kb, const mem::Totals& totals);

  // Keeps a sample. Returns when the next one is due.
  Time keep_sample(const results::Sample& sample);
  const NumaReads& numa_reads() const { return numa_; }
  // Whether so much is saved that blast radii are worth counting: a twentieth more than ever, so
  // that a saving that creeps up costs little. It is the peak from now on then.
  bool is_new_peak(std::int64_t saved_pages);
  void keep_peak(results::Storm storm) { result_.peak_storm = std::move(storm); }
  // How long contents lived so far. REQUIRES: the options asked for it.
  results::ContentLives lives(Time now) const;

  // All of it, with `last` as the last sample. What is found by looking at the machine is not in it
  // yet, nor is the digest. REQUIRES: nothing after this but ~Recorder and names().
  results::RunResult finish(const results::Sample& last, const Machine& machine,
                            const GuestControl& guests);

 private:
  void complete_guests(const Machine& machine, const GuestControl& guests);

  SampleSeries samples_;
  BreakLog breaks_;
  std::optional<MemoryLog> memory_log_;  // If RAM is bounded.
  std::optional<LifeLog> life_log_;      // If the options ask for it.
  NumaReads numa_;
  bool counts_numa_reads_;
  std::int64_t peak_saved_ = 0;     // Pages, when blast radii were counted for the peak.
  std::vector<std::string> names_;  // By MmId.
  std::vector<MmId> listed_;        // Whose memory result_.host->guests are.
  results::RunResult result_;
};

}  // namespace ksmsim::host
