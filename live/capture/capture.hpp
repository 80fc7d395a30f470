// A capture of running guests: sweeps over their memory, one after the other, and what the host
// shows between. Sights become operations (Course); nothing of a guest's memory is kept but hashes.
//
// It only looks. Guests that end meanwhile end in the trace, guests that are wanted and begin
// meanwhile begin in it. One thread; at most the share of a core that is allowed.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "live/capture/course.hpp"
#include "live/capture/find_guests.hpp"
#include "live/capture/smaps.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/header.hpp"
#include "traces/page_hasher.hpp"

namespace ksmsim::live::capture {

struct CaptureOptions {
  Wanted wanted;
  Choice choice;
  Duration interval = std::chrono::seconds{10};  // From one sweep's beginning to the next one's.
  std::optional<Duration> length;                // Nothing: until a signal comes.
  bool once = false;                             // One sweep, all of it as of one moment.
  unsigned cpu_percent = 100;                    // Of one core, at most.
  CourseOptions course;
};

// One guest, at the end of a capture.
struct CapturedGuest {
  std::string name;
  std::uint64_t present_pages = 0;
  bool runs = true;
};

// How far it is; how it was at the end.
struct CaptureReport {
  Duration length{};
  std::uint64_t sweeps = 0;
  std::uint64_t guests = 0;          // Seen in all.
  std::uint64_t running = 0;         // Of them, now.
  std::uint64_t bytes_read = 0;      // Of guests, in all sweeps.
  Duration reading{};                // Spent in sweeps.
  Duration longest_sweep{};          // The longest, if longer than the interval; else 0.
  std::uint64_t changed_pages = 0;   // Those of the first sweep included.
  std::uint64_t squeezed_pages = 0;  // See Course.
  std::uint64_t operations = 0;
  bool stopped_by_signal = false;
  bool first_sweep_whole = false;  // Everything has been looked at once.
  bool host_merged = false;        // `run` was 1 at some time.
  bool has_ksm = true;
  std::vector<std::string> remarks;  // What people should know, a sentence each.
  std::vector<CapturedGuest> seen;   // All, at the end.
  // At the last sweep, of the guests that ran then.
  std::uint64_t present_pages = 0, different_contents = 0, zero_pages = 0;
};

struct CaptureHooks {
  traces::looks::Sink sink;             // Takes operations.
  std::function<Result<void>()> swept;  // After each sweep, and at the end.
  std::function<void(const CaptureReport&, double part)> progress;  // Often; part of a sweep.
};

class Capture {
 public:
  // Finds the guests that are wanted and looks whether they can be read. An Error says what to do.
  // `hasher` outlives the object.
  static Result<Capture> open(const CaptureOptions& options, const traces::PageHasher& hasher);
  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;
  ~Capture();

  // The trace's header; `program` and `hashing` are left empty.
  traces::TraceHeader header() const;
  // Captures until the time is over, all guests have ended, or SIGINT, SIGTERM or SIGHUP comes. An
  // Error is one that a hook gave.
  Result<CaptureReport> run(const CaptureHooks& hooks);

 private:
  struct State;
  explicit Capture(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ksmsim::live::capture
