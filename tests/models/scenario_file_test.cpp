#include "models/scenario_file.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "models/scenarios.hpp"
#include "models/toml/parameter_value.hpp"
#include "tests/models/scenario_lines.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a scenario is read whole") {
  const Scenario s = read(R"(
title = "all of it"
about = "made up"
seed = 7
until_s = 90.5
sample_s = 0.25
kernel = "6.1"
[host]
hz = 1000
ram_mib = 1024
kernel_mib = 100.5
guest_overhead_mib = 30
cached_mib = 20
zfs_arc_mib = 10
zfs_arc_min_mib = 4
zfs_arc_sys_free_mib = 60
zfs_arc_shrink_mib_per_s = 0.5
swap_mib = 512
swap_write_us = 80
swap_read_us = 90
numa_nodes = 2
agreed_bytes = 12
[host.khugepaged]
pages_to_scan = 4096
scan_sleep_s = 10
[host.agreed_bytes_of]
heap = 40
[host.prices_ps]
visits = 5
[knobs]
shm_sleep_millisecs = 10
pages_to_scan = 200
[controller]
name = "ksmtuned"
npages_max = 1250
thres_coef = 25
[[guest]]
name = "vm"
count = 3
start_s = 5
every_s = 1.5
boot_s = 20
migrated_in = true
accel = "accel-kvm"
node = 1
[[guest.region]]
kind = "image"
class = "kernel"
size_mib = 1.5
mergeable = false
huge = true
after_s = 1
over_s = 2
drift = 0.25
[[guest.region]]
kind = "heap"
size_pages = 100
lifetimes = [[0.5, 2.5], [0.5, 100]]
groups = [[0.1, 2]]
[[guest.event]]
do = "update"
at_s = 30
length_s = 10
every_s = 40
[[guest]]
name = "clone"
trace = "web.bin"
trace_guest = "web"
divergence = 0.1
[[event]]
at_s = 50
knob = "run"
value = 2
[[observed]]
at_s = 60
note = "seen"
fitted = true
pages_shared = 100
used_gib = 1.5
[[observed]]
full_scans = 3
)");
  CHECK(s.title == "all of it");
  CHECK(s.seed == 7);
  CHECK(s.run.seed == 7);
  CHECK(s.guests_until == kStart + milliseconds(90'500));
  CHECK(s.run.end_at == host::EndAt::time);
  CHECK(s.run.until == s.guests_until);
  CHECK(s.run.sample_interval == milliseconds(250));
  CHECK(s.run.traits->kernel == "6.1");
  CHECK(s.run.host.ticks.hz == 1000);
  CHECK(s.run.host.swap_write == std::chrono::microseconds(80));
  CHECK(s.run.host.agreed.otherwise == 12);
  CHECK(s.run.host.prices.visits == 5);
  CHECK(s.run.ram.total_kb == 1024 * 1024);
  CHECK(s.run.ram.kernel_kb == 102'912);
  CHECK(s.run.ram.guest_overhead_kb == 30 * 1024);
  CHECK(s.run.ram.cached_kb == 20 * 1024);
  CHECK(s.run.ram.zfs_arc ==
        host::ZfsArcOptions{
            .kb = 10 * 1024, .min_kb = 4 * 1024, .sys_free_kb = 60 * 1024, .shrink_kb_per_s = 512});
  CHECK(s.run.ram.swap_kb == 512 * 1024);
  CHECK(s.run.ram.swap_read == std::chrono::microseconds(90));
  CHECK(s.run.ram.numa_nodes == 2);
  CHECK(s.run.ram.khugepaged.pages_to_scan == 4096);
  CHECK(s.run.ram.khugepaged.scan_sleep == seconds(10));
  // Not pinned: a controller may turn them. In the order of the text.
  CHECK(s.run.knobs.empty());
  CHECK(s.knobs ==
        std::vector<input::SetKnob>{{"sleep_millisecs", "10"}, {"pages_to_scan", "200"}});
  CHECK(s.run.controller.name == "ksmtuned");
  CHECK(s.run.controller.constants == std::vector<std::pair<std::string, std::string>>{
                                          {"npages_max", "1250"}, {"thres_coef", "25"}});

  REQUIRE(s.guests.size() == 2);
  const GuestSpec& vm = s.guests[0];
  CHECK(vm.count == 3);
  CHECK(vm.start == seconds(5));
  CHECK(vm.every == milliseconds(1500));
  CHECK(vm.boot == seconds(20));
  CHECK(vm.migrated_in);
  CHECK(vm.accel == host::Accel::accel_kvm);
  CHECK(s.run.accel.at(name_of(vm, 2)) == host::Accel::accel_kvm);  // For the controller to see.
  CHECK(vm.node == NumaNode{1});
  REQUIRE(vm.regions.size() == 2);
  const RegionSpec& image = vm.regions[0];
  CHECK(image.kind == find_region_kind("image"));
  CHECK(image.page_class == "kernel");
  CHECK(image.pages == 384);
  CHECK(image.mergeable == input::Mergeable::no);
  CHECK(image.huge);
  CHECK(image.after == Duration(seconds(1)));
  CHECK(image.over == Duration(seconds(2)));
  CHECK(image.values.number("drift") == 250'000);
  const RegionSpec& heap = vm.regions[1];
  CHECK(heap.page_class == "heap");
  CHECK(heap.pages == 100);
  CHECK(heap.values.shares("lifetimes") ==
        std::vector<Share>{{500'000, 2'500'000'000}, {500'000, 100'000'000'000}});
  CHECK(heap.values.shares("groups") == std::vector<Share>{{100'000, 2}});
  CHECK(vm.events ==
        std::vector<GuestEvent>{{EventKind::update, seconds(30), seconds(10), seconds(40)}});
  REQUIRE(s.guests[1].from_trace.has_value());
  CHECK(s.guests[1].from_trace->trace == "web.bin");
  CHECK(s.guests[1].from_trace->guest == "web");
  CHECK(s.guests[1].from_trace->divergence_ppm == 100'000);

  REQUIRE(s.knob_events.size() == 1);
  CHECK(s.knob_events[0].at == seconds(50));
  CHECK(s.knob_events[0].knob == input::SetKnob{"run", "2"});
  REQUIRE(s.observations.size() == 2);
  CHECK(s.observations[0].at == seconds(60));
  CHECK(s.observations[0].fitted);
  CHECK(s.observations[0].values ==
        std::vector<std::pair<std::string, double>>{{"pages_shared", 100}, {"used_gib", 1.5}});
  CHECK(s.observations[1].full_scans == 3);
}

TEST_CASE("what a scenario leaves out is a default, and listed with where it comes from") {
  const Scenario s = read(Lines{.region = "idle = 0.1"}.text());
  const RegionKind& heap = *find_region_kind("heap");
  // A parameter that is given counts as given, whatever its value.
  CHECK(s.assumptions.given == 1);
  // The others, the host's tick, how long the boot takes, and what pages agree in.
  REQUIRE(s.assumptions.defaults.size() == heap.parameters.size() - 1 + 3);
  for (const Parameter& parameter : heap.parameters) {
    REQUIRE(s.guests[0].regions[0].values.has(parameter.key));
  }
  CHECK(s.assumptions.defaults[0].kind == "host");
  CHECK(s.assumptions.defaults[0].key == "hz");
  CHECK_FALSE(s.assumptions.defaults[1].region.has_value());
  CHECK(s.assumptions.defaults[1].key == "boot_s");
  CHECK(s.assumptions.defaults[1].value == "60");
  CHECK(s.assumptions.defaults.back().key == "agreed_bytes");
  const Assumption& first = s.assumptions.defaults[2];
  CHECK(first.guest == "vm");
  CHECK(first.region == 0u);
  CHECK(first.kind == "heap");
  CHECK(first.key == keys_of(heap.parameters[0]).front());
  CHECK(first.value == heap.parameters[0].otherwise);
  CHECK(first.evidence == heap.parameters[0].evidence);
  CHECK(first.source == heap.parameters[0].source);
}

TEST_CASE("bytes that pages agree in come from the kinds, and the scenario goes over them") {
  Scenario s = read(Lines{.file = "[host]\nagreed_bytes = 5\n[host.agreed_bytes_of]\nheap = 99",
                          .guest = "[[guest.region]]\nkind = \"image\"\nsize_mib = 1"}
                        .text());
  set_agreed_bytes(s, {"unknown", "image", "heap"});
  const auto& agreed = s.run.host.agreed;
  CHECK(agreed.of(ClassId{0}) == 5);
  CHECK(agreed.of(ClassId{1}) == find_region_kind("image")->agreed_bytes);
  CHECK(agreed.of(ClassId{2}) == 99);
}

TEST_CASE("an event may come at an interval or at a rate, not at both") {
  const std::string event = "[[guest.event]]\ndo = \"login\"\nat_s = 1\n";
  const Scenario s = read(Lines{.guest = event + "per_hour = 2.5"}.text());
  CHECK(s.guests[0].events[0] == GuestEvent{.kind = EventKind::login,
                                            .at = seconds(1),
                                            .every = seconds(1440),
                                            .repeat = Repeat::by_chance});
  CHECK(with_guest(event + "per_hour = 2\nevery_s = 3") ==
        "9:12: per_hour does not go with every_s");
  CHECK(with_guest(event + "per_hour = 0").starts_with("9:12: per_hour has to be"));
}

TEST_CASE("until settled, guests hold still and the run goes on") {
  const Scenario s = read(Lines{.file = "until = \"settled\""}.text());
  CHECK(s.run.end_at == host::EndAt::settled);
  CHECK(s.run.until == kNever);
  CHECK(s.guests_until == kStart + seconds(60));
}

TEST_CASE("an unknown key names the nearest one, with line and column") {
  CHECK(with_file("sede = 3").starts_with("3:1: there is no key 'sede'; the nearest is 'seed'"));
  CHECK(with_guest("  boots_s = 3")
            .starts_with("6:3: there is no key 'boots_s'; the nearest is 'boot_s'"));
  CHECK(with_region("lifetime = 3")
            .starts_with("9:1: there is no key 'lifetime'; the nearest is 'lifetimes'"));
  CHECK(with_file("[host.kugepaged]\npages_to_scan = 1")
            .starts_with("3:7: there is no key 'kugepaged'; the nearest is 'khugepaged'"));
  CHECK(with_file("[host.khugepaged]\npage_to_scan = 1") ==
        "4:1: there is no key 'page_to_scan'; the nearest is 'pages_to_scan' of pages_to_scan, "
        "scan_sleep_s (in [host.khugepaged])");
  // A misspelt key, not the one that is missing because of it.
  CHECK(error_of("titel = \"a\"\nuntil_s = 1\n")
            .starts_with("1:1: there is no key 'titel'; the nearest is 'title'"));
}

TEST_CASE("an unknown name of a kind, an event, a knob or a class names the nearest one") {
  CHECK(error_of("title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\n[[guest.region]]\n"
                 "kind = \"haep\"\nsize_mib = 1\nidle = 0.5\n")
            .starts_with("6:8: there is no kind of region 'haep'; the nearest is 'heap'"));
  CHECK(with_guest("[[guest.event]]\ndo = \"rebot\"\nat_s = 1") ==
        "7:6: there is no event 'rebot'; the nearest is 'reboot'");
  CHECK(with_guest("accel = \"kvm\"") ==
        "6:9: there is no way to start QEMU 'kvm'; the nearest is 'accel-kvm' of enable-kvm, "
        "accel-kvm");
  CHECK(with_file("[knobs]\nrunn = 1") == "4:8: there is no knob 'runn'; the nearest is 'run'");
  CHECK(with_file("[[event]]\nat_s = 1\nknob = \"pages_to_scann\"\nvalue = 1") ==
        "6:9: there is no knob 'pages_to_scann'; the nearest is 'pages_to_scan'");
  CHECK(with_file("[host.agreed_bytes_of]\nhep = 1") ==
        "4:7: there is no class 'hep'; the nearest is 'heap'");
  CHECK(with_file("[controller]\nname = \"ksmtunned\"")
            .starts_with("4:8: there is no controller 'ksmtunned'; the nearest is 'ksmtuned'"));
  CHECK(with_file("[controller]\nname = \"ksmtuned\"\nnpages_maxx = 3")
            .starts_with("5:15: controller ksmtuned: "));
  CHECK(with_file("kernel = \"6.5\"").starts_with("3:10: kernel '6.5' is not known; known: "));
}

TEST_CASE("a value out of range says the range") {
  CHECK(with_file("sample_s = 0") == "3:12: sample_s has to be a number from 0.001 to 1000000");
  CHECK(with_file("seed = -1") ==
        "3:8: seed has to be a whole number from 0 to 9223372036854775807");
  CHECK(with_guest("count = 0") == "6:9: count has to be a whole number from 1 to 10000");
  CHECK(with_guest("count = 3\nevery_s = 5e7").starts_with("7:11: every_s has to be a number"));
  CHECK(with_guest("node = 1") == "6:8: node has to be a whole number from 0 to 0");
  CHECK(with_region("idle = 1.5") == "9:8: idle has to be a number from 0 to 1");
  CHECK(with_region("idle = nan") == "9:8: idle has to be a number from 0 to 1");
  CHECK(with_region("groups = [[0.5, 0]]") ==
        "9:11: groups has to be a list of [part, number]: parts from 0 to 1, numbers from 1 to "
        "1000000000");
  CHECK(with_region("lifetimes = [[0.5, 10], [0.6, 20]]") ==
        "9:13: lifetimes has parts that sum to more than 1");
  CHECK(with_file("[knobs]\nmax_page_sharing = 1")
            .starts_with("4:20: max_page_sharing = '1' is refused (EINVAL): 2 to"));
  CHECK(with_file("[controller]\nname = \"ksmtuned\"\nnpages_max = -3")
            .starts_with("5:14: controller ksmtuned: npages_max = '-3': should be "));
  CHECK(with_file("kernel = \"6.1\"\n[knobs]\nsmart_scan = 1").starts_with("5:14: "));
}

TEST_CASE("a value of another type says what is expected") {
  CHECK(with_file("about = 3") == "3:9: about has to be a text in quotes");
  CHECK(with_guest("count = 1.5") == "6:9: count has to be a whole number from 1 to 10000");
  CHECK(with_guest("boot_s = \"1\"") == "6:10: boot_s has to be a number from 0 to 100000000");
  CHECK(with_guest("migrated_in = 1") == "6:15: migrated_in has to be true or false");
  CHECK(with_region("huge = \"yes\"") == "9:8: huge has to be true or false");
  CHECK(with_region("lifetimes = 60").starts_with("9:13: lifetimes has to be a list of [part,"));
  CHECK(with_region("lifetimes = [[1, 60, 3]]").starts_with("9:14: lifetimes has to be a list"));
  CHECK(with_region("class = \"a b\"") ==
        "9:9: class has to be a name of letters, digits, '-', '_' and '.'");
  CHECK(with_file("host = 3") == "3:8: host has to be a table: [host]");
  CHECK(with_file("event = 3") == "3:9: event has to be a list of tables: [[event]]");
  CHECK(with_file("[knobs]\nrun = []") == "4:7: run has to be a number or a text in quotes");
}

TEST_CASE("what is missing is named with what it is for") {
  CHECK(error_of("") == "1:1: the file has no 'title', which says what it shows, in a line");
  CHECK(error_of("title = \"a\"\n[[guest]]\nname = \"a\"\n")
            .starts_with("1:1: the file has no 'until_s'"));
  CHECK(error_of("title = \"a\"\nuntil_s = 1\n").starts_with("1:1: the file has no 'guest'"));
  CHECK(error_of("title = \"a\"\nuntil_s = 1\n[[guest]]\ncount = 2\n")
            .starts_with("3:1: [[guest]] has no 'name'"));
  CHECK(error_of("title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\n")
            .starts_with("3:1: [[guest]] has no 'region'"));
  CHECK(error_of("title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\n[[guest.region]]\n")
            .starts_with("5:1: [[guest.region]] has no 'kind'"));
  CHECK(error_of("title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\n[[guest.region]]\n"
                 "kind = \"heap\"\n")
            .starts_with("5:1: [[guest.region]] has no 'size_mib'"));
  CHECK(with_guest("[[guest.event]]\ndo = \"kill\"")
            .starts_with("6:1: [[guest.event]] has no 'at_s"));
  CHECK(with_file("[controller]").starts_with("3:1: [controller] has no 'name'"));
  CHECK(with_file("[[observed]]").starts_with("3:1: [[observed]] has no 'at_s'"));
}

TEST_CASE("what is no TOML is said with its place") {
  CHECK(error_of("title = \"a\"\nuntil_s = = 3\n").starts_with("2:11: not TOML: "));
  CHECK(error_of("title = \"a\"\ntitle = \"b\"\n").starts_with("2:"));
}

TEST_CASE("the first of several mistakes is reported") {
  CHECK(with_file("sample_s = 0\nsede = 1\nseed = -1").starts_with("3:12: sample_s"));
  CHECK(with_file("sede = 1\nsample_s = 0").starts_with("3:1: there is no key 'sede'"));
}

TEST_CASE("every shipped scenario is one") {
  REQUIRE(!shipped_scenarios().empty());
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    INFO(shipped.name);
    const auto scenario = read_scenario(shipped.text);
    INFO((scenario ? "" : scenario.error().text));
    CHECK(scenario.ok());
    CHECK(find_shipped_scenario(shipped.name) == &shipped);
  }
}
