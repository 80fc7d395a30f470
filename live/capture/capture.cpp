#include "live/capture/capture.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "live/capture/complaints.hpp"
#include "live/capture/guest_reader.hpp"
#include "live/capture/host_watch.hpp"
#include "live/capture/pace.hpp"
#include "live/interrupt.hpp"
#include "live/ksm_users.hpp"
#include "live/machine.hpp"

namespace ksmsim::live::capture {
namespace {

constexpr Duration kSampleInterval = std::chrono::seconds{1};

}  // namespace

struct Capture::State {
  struct Guest {
    FoundGuest found;
    GuestReader reader;
    std::vector<CapturedRegion> regions;
    bool runs = true;
    bool seen = false;  // By a sweep.
  };

  State(const CaptureOptions& given, const traces::PageHasher& page_hasher)
      : options(given), hasher(page_hasher) {}

  CaptureOptions options;
  const traces::PageHasher& hasher;
  HostWatch host;
  unsigned nodes = memory_nodes();
  std::vector<Guest> guests;  // By their numbers in the Course.
  std::set<live::ProcessId> left_out;
  CaptureReport report;
  // While it runs:
  const CaptureHooks* hooks = nullptr;
  std::optional<Course> course;
  std::optional<Pace> pace;
  std::map<std::string, std::string> knobs;  // As they were last.
  Time next_sample;
  // Of the sweep that is under way:
  Time sweep_began;
  Duration read_before_sweep{};
  std::uint64_t pages_to_do = 0, pages_done = 0;

  Result<void> find_first();
  Result<void> take_in(const FoundGuest& found);
  Result<void> look_at_regions(Guest& guest) const;
  void remark_others();
  void find_later();
  void begin(std::uint32_t number);
  void end(std::uint32_t number);
  void sample();
  Result<void> sweep();
  Result<void> sweep_guest(std::uint32_t number);
  Result<void> look(std::uint32_t number, const CapturedRegion& region,
                    const GuestReader::Wish& wish);
  Result<void> swept();
  bool anybody_runs() const {
    return std::any_of(guests.begin(), guests.end(), [](const Guest& g) { return g.runs; });
  }
  Result<void> capture();
  void count_contents();
};

// ---------------------------------------------------------------- guests

Result<void> Capture::State::take_in(const FoundGuest& found) {
  auto reader = GuestReader::open(found.process, hasher);
  if (!reader) return reader.error();
  Guest guest{found, *std::move(reader), {}};
  if (auto r = look_at_regions(guest); !r) return r;
  guests.push_back(std::move(guest));
  return {};
}

Result<void> Capture::State::look_at_regions(Guest& guest) const {
  auto regions = guest.reader.regions(options.choice, guest.found.hypervisor);
  if (!regions) return regions.error();
  guest.regions = *std::move(regions);
  return {};
}

Result<void> Capture::State::find_first() {
  for (const pid_t process : options.wanted.processes) {
    const auto stat = live::stat_of(process);
    if (stat && live::runs(stat->id)) continue;
    return Error{"process " + std::to_string(process) +
                 (stat ? " has ended (a zombie)" : " does not exist; ps -e lists those that do")};
  }
  auto found = find_guests(options.wanted);
  if (found.empty()) return none_found(options.wanted);
  // ksmd visits address spaces in the order in which they asked to be merged.
  std::sort(found.begin(), found.end(), [](const FoundGuest& a, const FoundGuest& b) {
    return std::pair(a.process.start_ticks, a.process.number) <
           std::pair(b.process.start_ticks, b.process.number);
  });
  for (const FoundGuest& guest : found) {
    if (auto r = take_in(guest); !r && live::runs(guest.process)) return refused(guest, r.error());
  }
  if (guests.empty()) return none_found(options.wanted);
  const bool none =
      std::all_of(guests.begin(), guests.end(), [](const Guest& g) { return g.regions.empty(); });
  if (none) return Error{in_words(guests.front().found) + ": " + kNotMergeable};
  for (const Guest& guest : guests) {
    if (guest.regions.empty())
      report.remarks.push_back(in_words(guest.found) + ": " + kNotMergeable);
  }
  report.has_ksm = host.has_ksm();
  if (!report.has_ksm) {
    report.remarks.emplace_back(
        "this kernel has no KSM (no /sys/kernel/mm/ksm): no knobs and counters are recorded");
  }
  remark_others();
  if (live::number_in("/sys/kernel/mm/ksm/pages_shared").value_or(0) > 0) {
    report.remarks.emplace_back(
        "KSM has merged pages already: a replay begins with none merged, and compares with the "
        "host "
        "only after some passes");
  }
  for (const Guest& guest : guests) {
    const auto stat = live::stat_of(guest.found.process.number);
    const bool child = stat && std::any_of(guests.begin(), guests.end(), [&](const Guest& other) {
                         return other.found.process.number == stat->parent;
                       });
    if (!child) continue;
    report.remarks.push_back(in_words(guest.found) +
                             " is a child of another: what they share since the fork counts twice, "
                             "as pages that could be merged");
  }
  if (!FrameFlags().known()) {
    report.remarks.emplace_back(
        "not root (CAP_SYS_ADMIN): huge pages are not recorded, nor what KSM has merged");
  }
  return {};
}

// The host's counters count what others have merged, too.
void Capture::State::remark_others() {
  auto others = live::ksm_users();
  std::erase_if(others, [this](const live::KsmUser& user) {
    return std::any_of(guests.begin(), guests.end(), [&user](const Guest& guest) {
      return guest.found.process.number == user.process;
    });
  });
  if (others.empty()) return;
  report.remarks.push_back("not captured, but counted by the host's KSM: " + in_words(others));
}

// Guests that have started since. One that cannot be read is left out.
void Capture::State::find_later() {
  if (!options.wanted.qemu && !options.wanted.libvirt) return;
  std::set<live::ProcessId> known = left_out;
  std::set<std::string> names;
  for (const Guest& guest : guests) {
    known.insert(guest.found.process);
    if (guest.runs) names.insert(guest.found.name);
  }
  Wanted wanted = options.wanted;
  wanted.processes.clear();
  for (FoundGuest& found : find_guests(wanted)) {
    if (known.contains(found.process)) continue;
    if (names.contains(found.name)) found.name += "-" + std::to_string(found.process.number);
    if (auto r = take_in(found); r) {
      begin(static_cast<std::uint32_t>(guests.size() - 1));
    } else if (live::runs(found.process)) {
      left_out.insert(found.process);
      report.remarks.push_back(refused(found, r.error()).text);
    }
  }
}

void Capture::State::begin(std::uint32_t number) {
  const FoundGuest& found = guests[number].found;
  const double started =
      static_cast<double>(found.process.start_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
  course->begin_guest(number, found.name, std::min(pace->at_uptime(started), pace->now()));
  ++report.guests;
}

void Capture::State::end(std::uint32_t number) {
  if (!std::exchange(guests[number].runs, false)) return;
  course->end_guest(number, pace->now());
}

// ---------------------------------------------------------------- the host

void Capture::State::sample() {
  // What the host is like when the capture begins holds from its very beginning.
  const Time now = knobs.empty() && report.sweeps == 0 ? kStart : pace->now();
  if (now < next_sample) return;
  next_sample = now + kSampleInterval;
  for (const auto& [knob, value] : host.knobs()) {
    auto [last, is_new] = knobs.try_emplace(knob, value);
    if (!is_new && last->second == value) continue;
    last->second = value;
    course->set_knob(now, knob, value);
    if (knob == "run" && value == "1") report.host_merged = true;
  }
  NamedNumbers numbers = host.counters();
  for (std::uint32_t i = 0; i < guests.size(); ++i) {
    if (!guests[i].runs) continue;
    const auto stat = live::stat_of(guests[i].found.process.number);
    if (!stat || !live::runs(guests[i].found.process)) {
      end(i);
      continue;
    }
    course->note_resident(i, now, stat->resident_pages);
    for (auto& number : guest_numbers(guests[i].found.name, *stat)) {
      numbers.push_back(std::move(number));
    }
  }
  course->add_counters(now, std::move(numbers));
}

// ---------------------------------------------------------------- sweeps

Result<void> Capture::State::look(std::uint32_t number, const CapturedRegion& region,
                                  const GuestReader::Wish& wish) {
  Guest& guest = guests[number];
  for (PageIndex at = region.start; at < region.end();) {
    const std::uint64_t count =
        std::min(kBlockPages - at.value % kBlockPages, (region.end() - at).value);
    const std::uint64_t read_before = guest.reader.bytes_read();
    auto sight = guest.reader.look(at, count, wish);
    if (!sight) {
      if (live::runs(guest.found.process)) {
        report.remarks.push_back(refused(guest.found, sight.error()).text +
                                 "; left out from then on");
      }
      end(number);
      return {};
    }
    sight->at = pace->now();
    if (auto r = course->add(number, region.role, *std::move(sight)); !r) return r;
    report.bytes_read += guest.reader.bytes_read() - read_before;
    report.changed_pages = course->changed();
    report.reading = read_before_sweep + (pace->now() - sweep_began);
    pages_done += count;
    if (hooks->progress && pages_to_do > 0) {
      hooks->progress(report, static_cast<double>(pages_done) / static_cast<double>(pages_to_do));
    }
    pace->rest();
    sample();
    if (!guest.runs || !live::Interrupt::check()) return {};
    at = at + PageCount{count};
  }
  return {};
}

Result<void> Capture::State::sweep_guest(std::uint32_t number) {
  Guest& guest = guests[number];
  const bool merged = !guest.seen && guest.reader.has_merged_pages();
  guest.seen = true;
  for (const CapturedRegion& region : guest.regions) {
    const GuestReader::Wish wish{.huge = region.huge, .merged = merged, .nodes = nodes > 1};
    if (auto r = look(number, region, wish); !r) return r;
    if (!guest.runs || !live::Interrupt::check()) return {};
  }
  return {};
}

Result<void> Capture::State::sweep() {
  sweep_began = pace->now();
  read_before_sweep = report.reading;
  pages_to_do = pages_done = 0;
  pace->begin_work();
  course->begin_sweep(sweep_began);
  if (report.sweeps == 0) {
    for (std::uint32_t i = 0; i < guests.size(); ++i) begin(i);
  } else {
    find_later();
  }
  next_sample = kStart;
  sample();
  report.running = 0;
  for (std::uint32_t i = 0; i < guests.size(); ++i) {
    if (!guests[i].runs) continue;
    // Of a guest that was just taken in they are known.
    if (guests[i].seen && !look_at_regions(guests[i])) {
      end(i);
      continue;
    }
    ++report.running;
    course->set_regions(i, pace->now(), guests[i].regions);
    for (const CapturedRegion& region : guests[i].regions) pages_to_do += region.count.value;
  }
  for (std::uint32_t i = 0; i < guests.size(); ++i) {
    if (!guests[i].runs) continue;
    if (auto r = sweep_guest(i); !r) return r;
    if (!live::Interrupt::check()) break;
  }
  return swept();
}

Result<void> Capture::State::swept() {
  ++report.sweeps;
  report.length = pace->now() - kStart;
  const Duration took = pace->now() - sweep_began;
  report.reading = read_before_sweep + took;
  report.first_sweep_whole |= live::Interrupt::check().ok();
  if (took > options.interval && !options.once)
    report.longest_sweep = std::max(report.longest_sweep, took);
  if (auto r = course->end_sweep(); !r) return r;
  report.squeezed_pages = course->squeezed();
  return hooks->swept ? hooks->swept() : Result<void>();
}

Result<void> Capture::State::capture() {
  const Time last = options.length ? kStart + *options.length : kNever;
  for (Time next = kStart;;) {
    if (auto r = sweep(); !r) return r;
    if (options.once || next >= last || !live::Interrupt::check() || !anybody_runs()) break;
    // A sweep that takes longer than the interval makes it longer.
    next = std::min(std::max(next + options.interval, pace->now()), last);
    while (pace->now() < next && live::Interrupt::check() && anybody_runs()) {
      pace->sleep(std::min(next, next_sample));
      sample();
      report.length = pace->now() - kStart;
      if (hooks->progress) hooks->progress(report, 1);
    }
    if (!live::Interrupt::check() || !anybody_runs()) break;
  }
  return {};
}

void Capture::State::count_contents() {
  for (std::uint32_t i = 0; i < guests.size(); ++i) {
    report.seen.push_back({guests[i].found.name, course->present_pages(i), guests[i].runs});
  }
  std::vector<std::uint64_t> contents = course->contents();
  report.present_pages = contents.size();
  std::sort(contents.begin(), contents.end());
  report.zero_pages = static_cast<std::uint64_t>(
      std::upper_bound(contents.begin(), contents.end(), traces::kZeroContent) - contents.begin());
  report.different_contents =
      static_cast<std::uint64_t>(std::unique(contents.begin(), contents.end()) - contents.begin());
}

// ---------------------------------------------------------------- the whole

Capture::Capture(std::unique_ptr<State> state) : state_(std::move(state)) {}
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;
Capture::~Capture() = default;

Result<Capture> Capture::open(const CaptureOptions& options, const traces::PageHasher& hasher) {
  auto state = std::make_unique<State>(options, hasher);
  if (auto r = state->find_first(); !r) return r.error();
  return Capture(std::move(state));
}

traces::TraceHeader Capture::header() const {
  traces::TraceHeader header;
  header.kernel = live::kernel_release();
  header.classes = capture_classes();
  for (const State::Guest& guest : state_->guests) {
    const auto number = static_cast<std::uint32_t>(header.guests.size());
    header.guests.push_back({guest.found.name});
    for (const CapturedRegion& region : guest.regions) {
      header.regions.push_back({number, region.role, region.start, region.count});
    }
  }
  return header;
}

Result<CaptureReport> Capture::run(const CaptureHooks& hooks) {
  State& s = *state_;
  const live::Interrupt interrupt;
  s.hooks = &hooks;
  CourseOptions course = s.options.course;
  course.one_moment = s.options.once;
  s.course.emplace(hooks.sink, course);
  s.pace.emplace(s.options.cpu_percent);
  if (auto r = s.capture(); !r) return r.error();
  s.report.stopped_by_signal = !live::Interrupt::check();
  s.count_contents();
  if (auto r = s.course->finish(); !r) return r.error();
  s.report.operations = s.course->operations();
  if (hooks.swept) {
    if (auto r = hooks.swept(); !r) return r.error();
  }
  return s.report;
}

}  // namespace ksmsim::live::capture
