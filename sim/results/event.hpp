// Something that happened in a run: fields, which viz/event_text.cpp puts into words.
//
// Units: kB (1024 bytes), pages of 4096 bytes; times in virtual nanoseconds since the start of the
// run. `by` is the controller that did it; empty: the trace, the scenario, the administrator.
#pragma once
#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>

#include "sim/base/fields.hpp"
#include "sim/ksm/knobs.hpp"

namespace ksmsim::results {

struct KnobWritten {
  static constexpr const char* kKind = "knob_written";
  std::string by;
  std::string knob;
  std::string value;
  bool operator==(const KnobWritten&) const = default;
};

// The kernel refused the write.
struct KnobRefused {
  static constexpr const char* kKind = "knob_refused";
  std::string by;
  std::string knob;
  std::string value;
  ksm::WriteError error = ksm::WriteError::invalid;
  bool operator==(const KnobRefused&) const = default;
};

// The knob is kept at another value for the whole run. A controller's are noted once a knob.
struct KnobLeftOut {
  static constexpr const char* kKind = "knob_left_out";
  std::string by;
  std::string knob;
  std::string value;
  bool operator==(const KnobLeftOut&) const = default;
};

struct GuestBegan {
  static constexpr const char* kKind = "guest_began";
  std::string guest;
  bool operator==(const GuestBegan&) const = default;
};

// It would have begun, but a guest of its name was killed.
struct GuestLeftOut {
  static constexpr const char* kKind = "guest_left_out";
  std::string guest;
  bool operator==(const GuestLeftOut&) const = default;
};

struct GuestEnded {
  static constexpr const char* kKind = "guest_ended";
  std::string guest;
  bool operator==(const GuestEnded&) const = default;
};

// By the OOM killer.
struct GuestKilled {
  static constexpr const char* kKind = "guest_killed";
  std::string guest;
  std::int64_t badness_pages = 0;  // RSS (merged pages in full) + swap + page tables.
  std::int64_t free_kb = 0;        // When it came to it.
  std::int64_t min_kb = 0;         // What had to be free.
  std::int64_t swap_free_kb = 0;
  bool operator==(const GuestKilled&) const = default;
};

// Out of memory, and no guest left. Noted once.
struct NobodyToKill {
  static constexpr const char* kKind = "nobody_to_kill";
  bool operator==(const NobodyToKill&) const = default;
};

struct BalloonSet {
  static constexpr const char* kKind = "balloon_set";
  std::string by;
  std::string guest;
  std::int64_t balloon_kb = 0;
  bool operator==(const BalloonSet&) const = default;
};

// Every second sample was left out, and the interval doubled.
struct SamplesThinned {
  static constexpr const char* kKind = "samples_thinned";
  std::int64_t samples = 0;  // That there were.
  bool operator==(const SamplesThinned&) const = default;
};

// The trace is damaged, and was replayed as far as it is good.
struct TraceDamaged {
  static constexpr const char* kKind = "trace_damaged";
  std::int64_t good_until_ns = 0;
  std::string damage;  // As the reader says it.
  bool operator==(const TraceDamaged&) const = default;
};

using Happening =
    std::variant<KnobWritten, KnobRefused, KnobLeftOut, GuestBegan, GuestLeftOut, GuestEnded,
                 GuestKilled, NobodyToKill, BalloonSet, SamplesThinned, TraceDamaged>;

struct Event {
  std::int64_t at_ns = 0;
  Happening what;
  bool operator==(const Event&) const = default;
};

template <class T>
concept KnobEvent = Of<T, KnobWritten> || Of<T, KnobLeftOut>;
template <KnobEvent T, class F>
void for_each_field(T& e, F&& f) {
  auto& [by, knob, value] = e;
  f("by", by);
  f("knob", knob);
  f("value", value);
}

template <Of<KnobRefused> T, class F>
void for_each_field(T& e, F&& f) {
  auto& [by, knob, value, error] = e;
  f("by", by);
  f("knob", knob);
  f("value", value);
  f("error", error);
}

template <class T>
concept GuestEvent = Of<T, GuestBegan> || Of<T, GuestLeftOut> || Of<T, GuestEnded>;
template <GuestEvent T, class F>
void for_each_field(T& e, F&& f) {
  auto& [guest] = e;
  f("guest", guest);
}

template <Of<GuestKilled> T, class F>
void for_each_field(T& e, F&& f) {
  auto& [guest, badness_pages, free_kb, min_kb, swap_free_kb] = e;
  f("guest", guest);
  f("badness_pages", badness_pages);
  f("free_kb", free_kb);
  f("min_kb", min_kb);
  f("swap_free_kb", swap_free_kb);
}

template <Of<NobodyToKill> T, class F>
void for_each_field(T&, F&&) {
  static_assert(std::is_empty_v<T>);
}

template <Of<BalloonSet> T, class F>
void for_each_field(T& e, F&& f) {
  auto& [by, guest, balloon_kb] = e;
  f("by", by);
  f("guest", guest);
  f("balloon_kb", balloon_kb);
}

template <Of<SamplesThinned> T, class F>
void for_each_field(T& e, F&& f) {
  auto& [samples] = e;
  f("samples", samples);
}

template <Of<TraceDamaged> T, class F>
void for_each_field(T& e, F&& f) {
  auto& [good_until_ns, damage] = e;
  f("good_until_ns", good_until_ns);
  f("damage", damage);
}

template <Of<Event> T, class F>
void for_each_field(T& e, F&& f) {
  auto& [at_ns, what] = e;
  f("at_ns", at_ns);
  f("what", what);
}

}  // namespace ksmsim::results
