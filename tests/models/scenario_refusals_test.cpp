// Scenarios whose keys are right, and which cannot be or mean nothing as they stand.
#include <catch2/catch.hpp>
#include <string>

#include "models/observed_figures.hpp"
#include "tests/models/scenario_lines.hpp"

using namespace ksmsim;
using namespace ksmsim::models;

TEST_CASE("guests have names of their own, clones counted") {
  const std::string region = "[[guest.region]]\nkind = \"heap\"\nsize_mib = 1\n";
  const std::string head =
      "title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\ncount = 2\n" + region + "[[guest]]\n";
  CHECK(error_of(head + "name = \"b\"\n" + region) == "none");
  CHECK(error_of(head + "name = \"a-2\"\n" + region) ==
        "10:8: name is a second guest called 'a-2'");
}

TEST_CASE("what does not go together is refused") {
  CHECK(with_region("size_pages = 3") == "9:14: size_pages says again what size_mib says");
  CHECK(with_guest("trace = \"a.bin\"")
            .ends_with("does not go with trace: the trace says what the "
                       "guest holds"));
  CHECK(with_region("pattern_part = 0.6\nzero_part = 0.41") ==
        "9:16: pattern_part and zero_part are more than 1 together");
  CHECK(with_region("pattern_part = 0.6\nzero_part = 0.4") == "none");
  CHECK(with_region("pattern_part = 0.96")  // Zeros have 0.055 where nothing else is said.
            .starts_with("9:16: pattern_part and zero_part are"));
  CHECK(with_guest("divergence = 0.5") == "6:14: divergence goes with trace = \"guests.bin\" only");
  CHECK(
      with_guest("[[guest.event]]\ndo = \"boot\"\nat_s = 1").starts_with("7:6: do = \"boot\" is"));
}

TEST_CASE("a release as a number is refused: 1.10 would be 1.1, which is another one") {
  const std::string controller = "[host]\nram_mib = 64\n[controller]\nname = \"kubevirt\"\n";
  CHECK(with_file(controller + "release = 1.10").find("stands in quotes, as \"1.10\"") !=
        std::string::npos);
  CHECK(with_file(controller + "release = \"1.10\"") == "none");
}

TEST_CASE("what is no TOML is an error with its place, even where the parser asserts") {
  CHECK(with_file("[[.guest]]").starts_with("3:3: not TOML: "));
  CHECK(with_file("[.a]").starts_with("3:2: not TOML: "));
  CHECK(with_file("a = ").starts_with("3:"));
}

TEST_CASE("an observed figure that there is not names the nearest one") {
  CHECK(with_file("[[observed]]\nat_s = 1\npages_sharin = 3") ==
        "5:16: there is no figure 'pages_sharin'; the nearest is 'pages_sharing'");
  CHECK(with_file("[[observed]]\nat_s = 1\nsaved_gib = 3") ==
        "5:13: there is no figure 'saved_gib'; the nearest is 'saved_mib'");
  for (const std::string_view name : observable_names()) {
    CHECK(with_file("[[observed]]\nat_s = 1\n" + std::string(name) + " = 3") == "none");
  }
}

TEST_CASE("an observation without a note is called by its time") {
  const auto note = [](const std::string& when) {
    return read(Lines{.file = "[[observed]]\n" + when}.text()).observations[0].note;
  };
  CHECK(note("at_s = 60") == "60 s");
  CHECK(note("full_scans = 3") == "3 full_scans");
  CHECK(note("full_scans = 3\nat_s = 2.5") == "3 full_scans + 2.5 s");
  CHECK(note("at_s = 60\nnote = \"before\"") == "before");
}

TEST_CASE("a host whose RAM is in use before the first guest is refused") {
  CHECK(with_file("[host]\nram_mib = 512\nkernel_mib = 300\nzfs_arc_mib = 212") ==
        "5:14: kernel_mib + zfs_arc_mib = 512 leaves nothing for guests: has to be less than "
        "ram_mib = 512");
  CHECK(with_file("[host]\ncached_mib = 600\nram_mib = 512") ==
        "4:14: cached_mib = 600 leaves nothing for guests: has to be less than ram_mib = 512");
  CHECK(with_file("[host]\nram_mib = 512\nkernel_mib = 300\nzfs_arc_mib = 211") == "none");
  CHECK(with_file("[host]\nram_mib = 0") == "4:11: ram_mib has to be a number from 1 to 67108864");
}

TEST_CASE("what is said of memory without an end of it is refused, since it would do nothing") {
  for (const char* key : {"kernel_mib", "guest_overhead_mib", "cached_mib", "zfs_arc_mib",
                          "swap_mib", "swap_write_us", "swap_read_us"}) {
    const std::string line = std::string(key) + " = 3";
    INFO(line);
    CHECK(with_file("[host]\n" + line)
              .ends_with(" goes with ram_mib only: without it memory has no end"));
    CHECK(with_file("[host]\nram_mib = 512\n" + line) == "none");
  }
}

TEST_CASE("what is said of an ARC that there is not is refused") {
  for (const char* key : {"zfs_arc_min_mib", "zfs_arc_sys_free_mib", "zfs_arc_shrink_mib_per_s"}) {
    const std::string line = std::string(key) + " = 3";
    INFO(line);
    CHECK(with_file("[host]\nram_mib = 512\n" + line)
              .ends_with(std::string(key) +
                         " goes with zfs_arc_mib only: without it there is no ARC"));
    CHECK(with_file("[host]\nram_mib = 512\nzfs_arc_mib = 100\n" + line) == "none");
  }
}

TEST_CASE("what a captured guest does by itself is refused beside its trace") {
  const std::string trace = "name = \"b\"\ntrace = \"b.bin\"\n";
  const std::string file = "title = \"a\"\nuntil_s = 60\n[[guest]]\n";
  CHECK(error_of(file + trace) == "none");
  CHECK(error_of(file + trace + "boot_s = 3") ==
        "6:10: boot_s does not go with trace: the trace says how it begins");
  CHECK(error_of(file + trace + "migrated_in = true") ==
        "6:15: migrated_in does not go with trace: the trace says how it begins");
}

TEST_CASE("a controller needs to be told how much RAM there is") {
  CHECK(with_file("[controller]\nname = \"ksmtuned\"") ==
        "4:8: controller ksmtuned looks at the host's memory: how much RAM it has has to be said, "
        "as ram_mib = 16384 in [host]");
  CHECK(with_file("[host]\nhz = 250\n[controller]\nname = \"mom\"").starts_with("6:8: "));
  // These look at nothing.
  for (const char* line : {"\"fixed\"", "\"schedule\"\nat = \"1:run=1\"", "\"advisor\""}) {
    INFO(line);
    CHECK(with_file("[controller]\nname = " + std::string(line)) == "none");
  }
  CHECK(with_file("[host]\nram_mib = 512\n[controller]\nname = \"ksmtuned\"") == "none");
}

TEST_CASE("events that could have no effect are refused") {
  const auto event = [](const std::string& text) { return "[[guest.event]]\n" + text + "\n"; };
  CHECK(with_guest(event("do = \"inflate\"\nat_s = 1")) ==
        "7:6: do = \"inflate\" is for guests with a [[guest.region]] of kind = \"balloon\"");
  CHECK(
      with_guest(event("do = \"deflate\"\nat_s = 1")).starts_with("7:6: do = \"deflate\" is for"));
  CHECK(with_guest("[[guest.region]]\nkind = \"balloon\"\nsize_mib = 1\n" +
                   event("do = \"inflate\"\nat_s = 1")) == "none");
  CHECK(with_guest(event("do = \"kill\"\nat_s = 1\nlength_s = 3")) ==
        "9:12: do = \"kill\" happens at once: length_s has no place here");
  CHECK(with_guest(event("do = \"suspend\"\nat_s = 1\nlength_s = 3")).starts_with("9:12: do = "));
  CHECK(with_guest(event("do = \"backup\"\nat_s = 1\nlength_s = 3")) == "none");
  CHECK(with_guest(event("do = \"shutdown\"\nat_s = 1\nevery_s = 3")) ==
        "9:11: do = \"shutdown\" ends the guest: every_s has no place here");
  CHECK(with_guest("start_s = 20\n" + event("do = \"backup\"\nat_s = 41")) ==
        "9:8: at_s = 41 after the guest's start, at 20 s, is beyond until_s = 60");
  CHECK(with_guest("start_s = 20\n" + event("do = \"backup\"\nat_s = 40")) == "none");
  CHECK(with_file("[[event]]\nat_s = 61\nknob = \"run\"\nvalue = 2") ==
        "4:8: at_s is beyond until_s, after which nothing happens");
}

TEST_CASE("events of a guest that is over, or resumes without being suspended, are refused") {
  const auto event = [](const std::string& kind, const std::string& at) {
    return "[[guest.event]]\ndo = \"" + kind + "\"\nat_s = " + at + "\n";
  };
  CHECK(with_guest(event("kill", "10") + event("update", "10.5")) ==
        "11:8: at_s = 10.5 is after the guest's end: do = \"kill\" at 10 s");
  CHECK(
      with_guest(event("update", "20") + event("migrate-out", "10")).starts_with("8:8: at_s = 20"));
  CHECK(with_guest(event("shutdown", "10") + event("update", "10")).starts_with("11:8: at_s = 10"));
  CHECK(with_guest(event("update", "10") + event("shutdown", "10")) == "none");
  CHECK(with_guest(event("resume", "10")) ==
        "7:6: do = \"resume\" is for guests that are suspended: do = \"suspend\" before it");
  CHECK(with_guest(event("resume", "10") + event("suspend", "20")).starts_with("7:6: do = "));
  CHECK(with_guest(event("suspend", "10") + event("resume", "20")) == "none");
  CHECK(with_guest(event("suspend", "10") + event("resume", "5") + "every_s = 10\n") == "none");
}

TEST_CASE("events do not go with a trace") {
  CHECK(error_of("title = \"a\"\nuntil_s = 9\n[[guest]]\nname = \"a\"\ntrace = \"a.bin\"\n"
                 "[[guest.event]]\ndo = \"kill\"\nat_s = 1\n") ==
        "6:1: event does not go with trace: the trace says what the guest does");
}

TEST_CASE("guests that would begin after the end are refused") {
  CHECK(with_guest("start_s = 61") ==
        "6:11: start_s: the guest would begin at 61 s, beyond until_s = 60");
  CHECK(with_guest("start_s = 60") == "none");
  CHECK(with_guest("start_s = 20\ncount = 3\nevery_s = 21") ==
        "8:11: every_s: the last guest would begin at 62 s, beyond until_s = 60");
  CHECK(with_guest("start_s = 20\ncount = 3\nevery_s = 20") == "none");
}
