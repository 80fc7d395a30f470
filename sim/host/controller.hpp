// What turns KSM's knobs on a host: ksmtuned, MOM, KubeVirt, the ksm service, a schedule. A
// controller looks at the host at its own interval, as the real one does (whole kB, as
// /proc/meminfo has them), and says what it would write. It changes nothing itself.
//
// One policy, one file in sim/host/controllers; the list of them is controllers/registry.cpp.
// No floats: the real ones compute in integers of the shell, or are rounded as they round.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/input/operation.hpp"
#include "sim/ksm/knobs.hpp"

namespace ksmsim::host {

// How a guest was started: what ksmtuned looks for on the command line.
enum class Accel : std::uint8_t { enable_kvm, accel_kvm };

// A guest's process as ps and smem show it. Units: kB (1024 bytes).
struct GuestProcess {
  MmId mm;
  std::string name;
  Accel accel = Accel::enable_kvm;
  std::int64_t size_kb = 0;  // What the guest was given.
  std::int64_t rss_kb = 0;
  std::int64_t pss_kb = 0;
  std::int64_t balloon_kb = 0;  // Taken from it by its balloon.
};

// The host at a moment. Units: kB, as in /proc/meminfo.
struct HostView {
  Time now = kStart;
  std::int64_t total_kb = 0;      // MemTotal
  std::int64_t free_kb = 0;       // MemFree
  std::int64_t buffers_kb = 0;    // Buffers
  std::int64_t cached_kb = 0;     // Cached; ZFS's ARC is not in it
  std::int64_t available_kb = 0;  // MemAvailable
  std::int64_t swap_total_kb = 0;
  std::int64_t swap_free_kb = 0;
  std::vector<GuestProcess> guests;  // Living ones, in the order in which they began.
  ksm::Knobs knobs;                  // As they are now.
};

// How much a guest's balloon shall hold from now on.
struct BalloonTarget {
  MmId mm;
  std::int64_t balloon_kb = 0;
};

struct Decision {
  std::vector<input::SetKnob> knobs;  // In the order in which they are written.
  std::vector<BalloonTarget> balloons;
};

// An interval that no run outlasts: a controller that has said all.
inline constexpr Duration kNoMoreLooks = std::chrono::hours(24 * 365 * 100);

class Controller {
 public:
  virtual ~Controller() = default;
  // Time from the start of the run to its first look. 0: it writes before anything else happens.
  virtual Duration first_look() const { return interval(); }
  // Time from the look just taken to the next, asked anew after each; > 0.
  virtual Duration interval() const = 0;
  // Whether it also looks when a guest starts or stops (ksmtuned's retune). The interval counts
  // from that look then.
  virtual bool heeds_guests() const { return false; }
  // What it writes now. REQUIRES: view.now does not go back; view.total_kb > 0.
  virtual Decision decide(const HostView& view) = 0;
  // An independent copy with the same state (a Run can be copied).
  virtual std::unique_ptr<Controller> clone() const = 0;
};

// A controller by its name and constants, as the user gave them (names as in the real one's
// configuration file, lower case, units last).
struct ControllerOptions {
  std::string name;  // Empty: none; knobs stay as they are.
  std::vector<std::pair<std::string, std::string>> constants;
};

}  // namespace ksmsim::host
