#include "sim/ksm/advisor.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/ksm/ksmd.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::ksm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The kernel's rules written down once more, statement by statement.
struct Plain {
  unsigned long change_prev = 0, t_last = 0, cpu_ns = 0;

  unsigned evaluate(const Knobs& k, unsigned long pass_ns, unsigned long cpu_now_ns) {
    unsigned long t = pass_ns / 1000000000ul;
    if (t < 1) t = 1;
    const unsigned long cpu_ms = (cpu_now_ns - cpu_ns) / 1000000ul;
    unsigned long cpu_percent = cpu_ms * 100 / (t * 1000);
    if (cpu_percent < 1) cpu_percent = 1;
    const unsigned long last = t_last ? t_last : t;
    unsigned long factor = k.advisor_target_scan_time * 100 / t;
    if (factor < 1) factor = 1;
    unsigned long change = t * 100 / last;
    if (change < 1) change = 1;
    change = (70 * change_prev + 30 * change) / 100;
    const unsigned product = k.pages_to_scan * 100u;  // 32 bits.
    unsigned long pages = product / factor;
    pages = pages * change / 100;
    unsigned long per = k.pages_to_scan / cpu_percent;
    if (per < 1) per = 1;
    if (pages > per * k.advisor_max_cpu) pages = per * k.advisor_max_cpu;
    if (pages < per * 10) pages = per * 10;
    if (pages > k.advisor_max_pages_to_scan) pages = k.advisor_max_pages_to_scan;
    t_last = t;
    change_prev = change;
    cpu_ns = cpu_now_ns;
    return static_cast<unsigned>(pages);
  }
};

Knobs switched_on(std::uint64_t first_pages) {
  Knobs knobs;
  knobs.advisor_mode = AdvisorMode::scan_time;
  knobs.advisor_min_pages_to_scan = first_pages;
  return knobs;
}

// pages_to_scan after each pass of so many milliseconds, with so much CPU time used in it.
struct Pass {
  std::int64_t ms, cpu_ms;
};
std::vector<std::uint32_t> course(Knobs knobs, const std::vector<Pass>& passes) {
  ScanTimeAdvisor advisor;
  advisor.switch_mode(knobs);
  std::vector<std::uint32_t> pages{knobs.pages_to_scan};
  Time now = kStart + seconds(5);
  Duration cpu{};
  for (const Pass& pass : passes) {
    advisor.start_pass(knobs, now);
    now += milliseconds(pass.ms);
    cpu += milliseconds(pass.cpu_ms);
    advisor.end_pass(knobs, now, cpu);
    pages.push_back(knobs.pages_to_scan);
  }
  return pages;
}

std::uint64_t magnitude(RandomStream& random, unsigned most_bits) {
  return random.next() >> (64 - random.between(1, most_bits));
}

// A Ksmd with pages that differ.
struct Host {
  mem::HostMemory memory;
  Ksmd ksmd;

  explicit Host(Ticks ticks = {}) : ksmd(newest_traits(), cost::Meter({}, {}), ticks) {
    const MmId mm = memory.begin();
    memory.map(mm, PageIndex{0}, PageCount{1000}, mem::Mergeable::yes);
    (void)ksmd.enter(mm);
    for (std::uint64_t i = 0; i < 1000; ++i) memory.write(mm, PageIndex{i}, i + 1);
    write("run", "1");
  }
  void write(const char* knob, const char* value) {
    REQUIRE(ksmd.write_knob(memory, knob, value, {}) == WriteError::none);
  }
  void batch(BatchClock clock = {}) {
    ksmd.begin_batch(clock);
    (void)ksmd.scan(memory, kNever);
  }
  std::uint32_t pages() const { return ksmd.knobs().pages_to_scan; }
};

}  // namespace

TEST_CASE("an idle advisor grows tenfold a pass up to its most, as a live kernel showed") {
  using Pages = std::vector<std::uint32_t>;
  CHECK(course(switched_on(83), {{300, 1}, {300, 1}, {300, 1}, {300, 1}}) ==
        Pages{83, 830, 8300, 30000, 30000});
  CHECK(course(switched_on(500), {{100, 0}, {100, 0}}) == Pages{500, 5000, 30000});
}

TEST_CASE("the advisor's arithmetic truncates, worked out by hand") {
  // T 10 s, 10 %: factor 2000, change 30, 500 * 100 / 2000 * 30 / 100 = 7, below the floor 50 * 10.
  CHECK(course(switched_on(500), {{10'000, 1000}}).back() == 500);
  // T 400 s, 50 %: factor 50, change 30, 1000 * 30 / 100 = 300, between 10 * 10 and 10 * 70.
  CHECK(course(switched_on(500), {{400'000, 200'000}}).back() == 300);
  // T 4000 s, 50 %: factor 5, 10000 * 30 / 100 = 3000, more than 70 * 10.
  CHECK(course(switched_on(500), {{4'000'000, 2'000'000}}).back() == 700);
  // A pass below a second counts as one.
  CHECK(course(switched_on(500), {{999, 500}}) == course(switched_on(500), {{1999, 509}}));
}

TEST_CASE("pages times 100 wraps at 32 bits") {
  Knobs knobs = switched_on(42949672);
  knobs.advisor_max_pages_to_scan = 4'000'000'000;
  CHECK(course(knobs, {{20'000'000, 0}}).back() == 1'288'490'160);
  knobs.advisor_min_pages_to_scan = 42949673;  // * 100 is 2^32 + 4.
  CHECK(course(knobs, {{20'000'000, 0}}).back() == 429'496'730);
}

TEST_CASE("a first value above 2^32 is cut to 32 bits") {
  CHECK(course(switched_on((std::uint64_t{1} << 32) + 7), {}).back() == 7);
}

TEST_CASE("the advisor does what a plain transcription of the rules does, whatever the inputs") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    RandomStream random(seed, "advisor");
    Knobs knobs = switched_on(magnitude(random, 33));
    ScanTimeAdvisor advisor;
    advisor.switch_mode(knobs);
    Plain plain;
    Time now = kStart;
    Duration cpu{};
    for (int pass = 0; pass < 12; ++pass) {
      // These count from the next evaluation on.
      if (random.chance(1, 3)) {
        knobs.advisor_max_cpu = static_cast<std::uint32_t>(magnitude(random, 32));
      }
      if (random.chance(1, 3)) knobs.advisor_max_pages_to_scan = magnitude(random, 40);
      if (random.chance(1, 3)) knobs.advisor_target_scan_time = magnitude(random, 64) | 1;
      if (random.chance(1, 3)) knobs.advisor_min_pages_to_scan = magnitude(random, 40);
      now += Duration{static_cast<std::int64_t>(magnitude(random, 36))};
      advisor.start_pass(knobs, now);
      const auto length = magnitude(random, 45);
      now += Duration{static_cast<std::int64_t>(length)};
      cpu += Duration{static_cast<std::int64_t>(random.below(length + 1))};
      const unsigned wanted =
          plain.evaluate(knobs, length, static_cast<unsigned long>(cpu.count()));
      advisor.end_pass(knobs, now, cpu);
      INFO("seed " << seed << " pass " << pass);
      REQUIRE(knobs.pages_to_scan == wanted);
    }
  }
}

TEST_CASE("advisor_min_pages_to_scan is where it begins and no lower bound") {
  Host host;
  host.write("advisor_min_pages_to_scan", "800");
  CHECK(host.pages() == 100);
  host.write("advisor_mode", "scan-time");
  CHECK(host.pages() == 800);
  host.write("advisor_min_pages_to_scan", "900");
  CHECK(host.pages() == 800);
  host.write("advisor_mode", "scan-time");  // No change of mode.
  CHECK(host.pages() == 800);
  host.write("advisor_mode", "none");
  CHECK(host.pages() == 100);
  host.write("pages_to_scan", "50");
  host.write("advisor_mode", "none");
  CHECK(host.pages() == 50);
  host.write("advisor_mode", "scan-time");
  CHECK(host.pages() == 900);
}

TEST_CASE("advisor_max_pages_to_scan 0 ends all scanning") {
  Host host;
  host.write("advisor_max_pages_to_scan", "0");
  host.write("advisor_mode", "scan-time");
  for (int i = 0; i < 10 && host.pages() != 0; ++i) host.batch();
  REQUIRE(host.pages() == 0);
  const auto before = host.ksmd.counters(host.memory);
  for (int i = 0; i < 10; ++i) host.batch();
  CHECK(host.ksmd.counters(host.memory) == before);
}

TEST_CASE("switched on in mid-pass the first time is the machine's uptime") {
  Host host(Ticks{.hz = 250, .boot = seconds(990)});
  host.batch();  // 100 of 1000 pages.
  host.write("advisor_mode", "scan-time");
  host.write("smart_scan", "0");
  // 1000 s, 50 %: factor 20, 500 * 100 / 20 * 30 / 100 = 750, at most 10 * 70.
  for (int i = 0; i < 2; ++i) host.batch({kStart + seconds(10), seconds(500)});
  REQUIRE(host.ksmd.full_scans() == 1);
  CHECK(host.pages() == 700);
}

TEST_CASE("while it is off the advisor changes nothing") {
  Host host;
  for (int i = 0; i < 30; ++i) host.batch({kStart + seconds(i), seconds(i)});
  CHECK(host.ksmd.full_scans() > 1);
  CHECK(host.pages() == 100);
}

}  // namespace ksmsim::ksm
