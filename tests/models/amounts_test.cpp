// Times, sizes and parts in scenarios with their units: "10m", "4GiB", "5%".
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/models/scenario_lines.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("every time, size and part of a scenario may say its unit") {
  const Scenario s = read(R"(
title = "all of it"
until_s = "1.5h"
sample_s = "500ms"
[host]
boot_ms = "2h"
ram_mib = "64GiB"
kernel_mib = "1.5G"
guest_overhead_mib = "40960K"
cached_mib = "512MiB"
zfs_arc_mib = "1500KiB"
swap_mib = "8G"
swap_write_us = "0.25ms"
swap_read_us = "80.5us"
agreed_bytes = "1KiB"
[host.khugepaged]
pages_to_scan = 4096
scan_sleep_s = "10000ms"
[host.agreed_bytes_of]
heap = "33B"
[host.prices_ps]
visits = "1.5ns"
[controller]
name = "schedule"
at = "8h:run=0, 22h:run=1"
period_s = "1d"
[[guest]]
name = "vm"
count = 2
start_s = "5m"
every_s = "1.5m"
boot_s = "20s"
[[guest.region]]
kind = "heap"
size_mib = "1500KiB"
after_s = "1s"
over_s = "2m"
zero_part = "5%"
lifetimes = [["50%", "2.5s"], [0.5, "1h"]]
[[guest.region]]
kind = "page-cache"
size_pages = "1GiB"
extent = "64KiB"
read_mib_per_s = "512KiB/s"
[[guest.event]]
do = "update"
at_s = "10m"
length_s = "30s"
every_s = "1h"
[[guest]]
name = "clone"
trace = "web.bin"
divergence = "2.5%"
[[event]]
at_s = "1h"
knob = "run"
value = 2
[[observed]]
at_s = "30m"
saved_mib = "1.5GiB"
saved_percent = "12.5%"
pass_minutes = "90s"
)");
  CHECK(s.guests_until == kStart + minutes(90));
  CHECK(s.run.sample_interval == milliseconds(500));
  CHECK(s.run.host.ticks.boot == std::chrono::hours(2));
  const host::RamOptions& ram = s.run.ram;
  CHECK(ram.total_kb == 64 << 20);
  CHECK(ram.kernel_kb == 3 << 19);
  CHECK(ram.guest_overhead_kb == 40'960);
  CHECK(ram.cached_kb == 512 << 10);
  CHECK(ram.zfs_arc.kb == 1500);
  CHECK(ram.swap_kb == 8 << 20);
  CHECK(s.run.host.swap_write == microseconds(250));
  CHECK(ram.swap_read == std::chrono::nanoseconds(80'500));
  CHECK(s.run.host.agreed.otherwise == 1024);
  CHECK(ram.khugepaged.scan_sleep == seconds(10));
  CHECK(s.agreed.back() == std::pair<std::string, std::uint32_t>{"heap", 33});
  CHECK(s.run.host.prices.visits == 1500);

  const GuestSpec& vm = s.guests.front();
  CHECK(vm.start == minutes(5));
  CHECK(vm.every == seconds(90));
  CHECK(vm.boot == seconds(20));
  const RegionSpec& heap = vm.regions[0];
  CHECK(heap.pages == 375);
  CHECK(heap.after == seconds(1));
  CHECK(heap.over == minutes(2));
  CHECK(heap.values.number("zero_part") == 50'000);
  CHECK(heap.values.shares("lifetimes") ==
        std::vector<Share>{{500'000, 2'500'000'000}, {500'000, 3'600'000'000'000}});
  const RegionSpec& cache = vm.regions[1];
  CHECK(cache.pages == 262'144);
  CHECK(cache.values.number("extent") == 16);
  CHECK(cache.values.number("read") == 128 * 3600);
  CHECK(vm.events[0].at == minutes(10));
  CHECK(vm.events[0].length == seconds(30));
  CHECK(vm.events[0].every == std::chrono::hours(1));
  CHECK(s.guests[1].from_trace->divergence_ppm == 25'000);
  CHECK(s.knob_events[0].at == std::chrono::hours(1));
  const Observation& observed = s.observations[0];
  CHECK(observed.at == minutes(30));
  CHECK(observed.values == std::vector<std::pair<std::string, double>>{{"saved_mib", 1536},
                                                                       {"saved_percent", 12.5},
                                                                       {"pass_minutes", 1.5}});
}

TEST_CASE("an amount that cannot be says where it is and what would be right") {
  CHECK(with_file("sample_s = \"5 minutes\"") ==
        "3:12: sample_s = '5 minutes': should be a time, such as 5min");
  CHECK(with_file("sample_s = \"20d\"") ==
        "3:12: sample_s has to be a number from 0.001 to 1000000");
  CHECK(with_guest("boot_s = \"4GiB\"") ==
        "6:10: boot_s = '4GiB': should be a time, such as 10s, 1.5m, 2h or 500ms");
  CHECK(with_guest("boot_s = \"-1s\"") == "6:10: boot_s has to be a number from 0 to 100000000");
  CHECK(with_region("zero_part = \"150%\"") == "9:13: zero_part has to be a number from 0 to 1");
  CHECK(with_region("idle = \"5 per cent\"") ==
        "9:8: idle = '5 per cent': should be a part, such as 5%");
  CHECK(with_file("[host]\nram_mib = \"64g\"") ==
        "4:11: ram_mib = '64g': should be a size, such as 64G");
  CHECK(with_file("[host]\nram_mib = \"1500B\"") ==
        "4:11: ram_mib = '1500B': should be a whole number of KiB");
  CHECK(with_file("[host]\nboot_ms = \"1500us\"") ==
        "4:11: boot_ms = '1500us': should be a whole number of milliseconds");
  CHECK(with_file("[controller]\nname = \"schedule\"\nat = \"22 h:run=1\"") ==
        "5:6: controller schedule: '22 h:run=1': should be a time, such as 22h");
  // A number in quotes is a text, as everywhere in TOML.
  CHECK(with_guest("boot_s = \"60\"") == "6:10: boot_s has to be a number from 0 to 100000000");
  CHECK(with_guest("count = \"1K\"") == "6:9: count has to be a whole number from 1 to 10000");
}

TEST_CASE("a size that is no whole number of pages is refused as a text") {
  CHECK(with_region("after_s = 0\n") == "none");
  const std::string head =
      "title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\n[[guest.region]]\nkind = \"heap\"\n";
  CHECK(error_of(head + "size_mib = \"4097KiB\"") ==
        "7:12: size_mib = '4097KiB': should be a whole number of pages of 4 KiB");
  CHECK(error_of(head + "size_mib = \"4100KiB\"") == "none");
}
