#include "sim/ksm/knobs.hpp"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "sim/ksm/files.hpp"
#include "sim/ksm/ksmd.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::ksm {
namespace {

using Texts = std::initializer_list<const char*>;

const Traits& traits(const char* kernel) { return *traits_of(kernel).value(); }
const Traits& kOldTraits = traits("6.12");

// What a write to the knob of a freshly booted machine answers, and what the file shows then.
std::string written(const std::string& knob, const std::string& text,
                    const Traits& traits = newest_traits()) {
  Knobs knobs;
  const WriteError error = store(knobs, knob, text, traits);
  if (error != WriteError::none) {
    CHECK(knobs == Knobs{});
    return std::string(name_of(error));
  }
  return *show(knobs, knob);
}

const std::vector<std::string> kNumbers{"pages_to_scan",
                                        "sleep_millisecs",
                                        "merge_across_nodes",
                                        "max_page_sharing",
                                        "stable_node_chains_prune_millisecs",
                                        "advisor_max_cpu",
                                        "advisor_min_pages_to_scan",
                                        "advisor_max_pages_to_scan",
                                        "advisor_target_scan_time",
                                        "run"};

// A Ksmd with its memory, stepped by hand.
struct Host {
  mem::HostMemory memory;
  Ksmd ksmd{newest_traits(), cost::Meter({}, {}), {}};

  WriteError write(const std::string& knob, const std::string& text) {
    return ksmd.write_knob(memory, knob, text, {});
  }
  void batch() {
    ksmd.begin_batch({});
    (void)ksmd.scan(memory, kNever);
  }
  Counters counters() const { return ksmd.counters(memory); }
  // An address space of `pages` equal pages, registered.
  MmId guest(std::uint64_t pages) {
    const MmId mm = memory.begin();
    memory.map(mm, PageIndex{0}, PageCount{pages}, mem::Mergeable::yes);
    (void)ksmd.enter(mm);
    for (std::uint64_t i = 0; i < pages; ++i) memory.write(mm, PageIndex{i}, 7);
    return mm;
  }
};

}  // namespace

TEST_CASE("after boot every knob shows the kernel's default") {
  const Knobs knobs;
  std::string all;
  for_each_field(knobs, [&](const char* name, const auto&) {
    if (has_file(newest_traits(), name)) all += std::string(name) + "=" + *show(knobs, name) + "\n";
  });
  CHECK(all ==
        "run=0\npages_to_scan=100\nsleep_millisecs=20\nmerge_across_nodes=1\n"
        "max_page_sharing=256\nuse_zero_pages=0\nsmart_scan=1\n"
        "stable_node_chains_prune_millisecs=2000\nadvisor_mode=[none] scan-time\n"
        "advisor_max_cpu=70\nadvisor_min_pages_to_scan=500\nadvisor_max_pages_to_scan=30000\n"
        "advisor_target_scan_time=200\n");
}

TEST_CASE("the least and the most that a knob takes are kept, one more or less is refused") {
  struct Range {
    const char *knob, *least, *below, *most, *above, *error_above;
  };
  const Range ranges[] = {
      {"run", "0", "-1", "2", "3", "EINVAL"},
      {"pages_to_scan", "0", "-1", "4294967295", "4294967296", "EINVAL"},
      {"sleep_millisecs", "0", "-1", "4294967295", "4294967296", "EINVAL"},
      {"merge_across_nodes", "0", "-1", "1", "2", "EINVAL"},
      {"merge_across_nodes", "0", "-1", "1", "18446744073709551616", "ERANGE"},
      {"max_page_sharing", "2", "1", "2147483647", "2147483648", "ERANGE"},
      {"max_page_sharing", "2", "0", "2147483647", "99999999999999999999", "ERANGE"},
      {"stable_node_chains_prune_millisecs", "0", "-1", "4294967295", "4294967296", "EINVAL"},
      {"advisor_min_pages_to_scan", "0", "-1", "18446744073709551615", "18446744073709551616",
       "EINVAL"},
      {"advisor_max_pages_to_scan", "0", "-1", "18446744073709551615", "18446744073709551616",
       "EINVAL"},
      {"advisor_target_scan_time", "1", "0", "18446744073709551615", "18446744073709551616",
       "EINVAL"},
      {"advisor_max_cpu", "0", "-1", "4294967295", "18446744073709551616", "EINVAL"},
  };
  for (const Range& r : ranges) {
    INFO(r.knob);
    CHECK(written(r.knob, r.least) == r.least);
    CHECK(written(r.knob, r.below) == "EINVAL");
    CHECK(written(r.knob, r.most) == r.most);
    CHECK(written(r.knob, r.above) == r.error_above);
  }
}

TEST_CASE("advisor_max_cpu is kept modulo 2^32") {
  CHECK(written("advisor_max_cpu", "4294967296") == "0");
  CHECK(written("advisor_max_cpu", "4294967297") == "1");
  CHECK(written("advisor_max_cpu", "18446744073709551615") == "4294967295");
  CHECK(written("advisor_max_cpu", "1000") == "1000");
}

TEST_CASE("numbers may have a plus sign, leading zeros and one newline, and nothing else") {
  for (const std::string& knob : kNumbers) {
    INFO(knob);
    const std::string good = knob == "max_page_sharing" ? "2" : "1";
    for (const std::string& text : {good + "\n", "+" + good, "+" + good + "\n", "000" + good}) {
      CHECK(written(knob, text) == good);
    }
    for (const std::string& bad :
         std::vector<std::string>{" " + good, good + " ", good + "\n\n", "\n", "+", "++" + good,
                                  "-" + good, "0x" + good, good + ".0", good + "k", "1,1", "1e3",
                                  std::string("one"), good + "\r\n", good + std::string(1, '\0')}) {
      CHECK(written(knob, bad) == "EINVAL");
    }
  }
}

TEST_CASE("a number that overflows is ERANGE before what stands behind it is looked at") {
  // kstrtoull finds the overflow of 64 bits while it reads digits.
  CHECK(written("merge_across_nodes", "99999999999999999999x") == "ERANGE");
  CHECK(written("max_page_sharing", "99999999999999999999x") == "ERANGE");
  // Below that, the end of the text is looked at before the range.
  CHECK(written("max_page_sharing", "4294967296x") == "EINVAL");
}

TEST_CASE("an empty write is a successful no-op, but not to what is not there or not writable") {
  Knobs knobs;
  for_each_field(knobs, [&](const char* name, const auto&) {
    INFO(name);
    if (!has_file(newest_traits(), name)) return;
    CHECK(store(knobs, name, "", newest_traits()) == WriteError::none);
  });
  CHECK(knobs == Knobs{});
  CHECK(store(knobs, "no_such_knob", "", newest_traits()) == WriteError::no_file);
  CHECK(store(knobs, "pages_shared", "", newest_traits()) == WriteError::read_only);
}

TEST_CASE("the first letter decides a boolean, of o the second") {
  for (const std::string knob : Texts{"use_zero_pages", "smart_scan"}) {
    for (const std::string yes : Texts{"1", "y", "Y", "t", "T", "e", "E", "on", "ON", "oN", "10",
                                       "yes", "enable", "1\n", "true", "onions"}) {
      INFO(yes);
      CHECK(written(knob, yes) == "1");
    }
    for (const std::string no : Texts{"0", "n", "N", "f", "F", "d", "D", "of", "Off", "OFF", "01",
                                      "disable", "0\n", "0x1"}) {
      INFO(no);
      CHECK(written(knob, no) == "0");
    }
    for (const std::string bad : Texts{"2", "o", "O", "ox", "-1", "+1", " 1", "\n", "x"}) {
      INFO(bad);
      CHECK(written(knob, bad) == "EINVAL");
    }
  }
}

TEST_CASE("before 6.18 the words enable and disable are refused") {
  for (const std::string text : Texts{"e", "E", "enable", "d", "D", "disable"}) {
    CHECK(written("smart_scan", text, kOldTraits) == "EINVAL");
  }
  CHECK(written("smart_scan", "off", kOldTraits) == "0");
}

TEST_CASE("advisor_mode takes its two words, and shows both with the present one in brackets") {
  CHECK(written("advisor_mode", "scan-time") == "none [scan-time]");
  CHECK(written("advisor_mode", "scan-time\n") == "none [scan-time]");
  CHECK(written("advisor_mode", "none") == "[none] scan-time");
  for (const std::string bad :
       Texts{"scan_time", "scan-time ", "None", "1", "[none]", "none\n\n"}) {
    CHECK(written("advisor_mode", bad) == "EINVAL");
  }
}

TEST_CASE("counters cannot be written and other names are no files") {
  const Counters none;
  std::set<std::string> counters;
  for_each_shown(none, [&](const char* name, std::int64_t) { counters.insert(name); });
  counters.erase("rmap_items");  // Not in sysfs by itself.
  for (const std::string& name : counters) {
    INFO(name);
    CHECK(written(name, "0") == "EACCES");
    CHECK_FALSE(show(Knobs{}, name));
  }
  for (const std::string name : Texts{"rmap_items", "", "Run", "run ", "pages", "../run"}) {
    CHECK(written(name, "1") == "ENOENT");
    CHECK_FALSE(show(Knobs{}, name));
  }
}

TEST_CASE("while the advisor is on pages_to_scan is refused, whatever the value") {
  Host host;
  REQUIRE(host.write("advisor_mode", "scan-time") == WriteError::none);
  CHECK(host.write("pages_to_scan", "500") == WriteError::invalid);
  CHECK(host.write("pages_to_scan", "1000") == WriteError::invalid);
  CHECK(host.ksmd.knobs().pages_to_scan == 500);
  REQUIRE(host.write("advisor_mode", "none") == WriteError::none);
  CHECK(host.write("pages_to_scan", "1000") == WriteError::none);
}

TEST_CASE("a refused write is explained in one line that says what would be right") {
  for (const auto error : {WriteError::invalid, WriteError::range, WriteError::busy,
                           WriteError::read_only, WriteError::no_file}) {
    const std::string line = explain(error, "max_page_sharing", "1", newest_traits());
    CHECK(line.find("max_page_sharing") != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
  }
  CHECK(explain(WriteError::invalid, "run", "3", newest_traits()) ==
        "run = '3' is refused (EINVAL): 0, 1 or 2");
}

TEST_CASE("a knob that the kernel lacks is no file, and the error says since when there is one") {
  const auto refusal = [](const char* kernel, const char* knob) {
    Knobs knobs = knobs_after_boot(traits(kernel));
    const WriteError error = store(knobs, knob, "1", traits(kernel));
    return error == WriteError::none ? std::string("taken")
                                     : explain(error, knob, "1", traits(kernel));
  };
  CHECK(refusal("6.1", "smart_scan") == "kernel 6.1 has no smart_scan: it is there since 6.7");
  CHECK(refusal("6.18", "max_kernel_pages") ==
        "kernel 6.18 has no max_kernel_pages: it is there in 2.6.32 only");
  CHECK(refusal("3.13", "max_page_sharing") ==
        "kernel 3.13 has no max_page_sharing: it is there since 4.13");
  CHECK(refusal("2.6.32", "merge_across_nodes") ==
        "kernel 2.6.32 has no merge_across_nodes: it is there since 3.9");
  CHECK(refusal("2.6.32", "max_kernel_pages") == "taken");
  CHECK(refusal("6.8", "advisor_mode") != "taken");  // '1' is no mode, but the file is there.
  CHECK(refusal("6.8", "smart_scan") == "taken");
  CHECK(refusal("6.1", "nonsense") == "there is no knob 'nonsense'");
}

TEST_CASE("kernels are known by their names and by what uname -r says") {
  const auto kernel = [](const char* name) {
    const auto found = traits_of(name);
    return found ? std::string((*found)->kernel) : found.error().text;
  };
  CHECK(kernel("6.1.0-56-cloud-amd64") == "6.1");
  CHECK(kernel("6.12.117+deb12-cloud-amd64") == "6.12");
  CHECK(kernel("6.13.7") == "6.16");
  CHECK(kernel("6.16.12+deb13-cloud-amd64") == "6.16");
  CHECK(kernel("6.17.13+deb13-cloud-amd64") == "6.17");
  CHECK(kernel("6.18.44") == "6.18");
  CHECK(kernel("7.0.2-6-pve") == "6.18");
  CHECK(kernel("7.1") == "6.18");
  CHECK(kernel("7.2.12+deb13-cloud-amd64") == "6.18");
  CHECK(kernel("7.3.4+deb13-cloud-amd64") == "7.3");
  CHECK(kernel("7.9") == "7.3");
  CHECK(kernel("5.10.0-32-cloud-amd64") == "6.1");
  CHECK(kernel("5.15.0-91-generic") == "6.1");
  CHECK(kernel("5.4.0-42-generic") == "5.8");
  CHECK(kernel("4.18.0-553.el8_10.x86_64") == "4.19");
  CHECK(kernel("3.10.0-1160.el7.x86_64") == "3.13");
  CHECK(kernel("2.6.32-754.el6.x86_64") == "2.6.32");
  CHECK(kernel("6.8.0-45-generic") == "6.8");
  const std::string refused =
      "is not known; known: 2.6.32, 3.13, 4.19, 5.8, 6.1, 6.8, 6.12, 6.16, "
      "6.17, 6.18, 7.3";
  CHECK(kernel("6.5.0") ==
        "kernel '6.5.0' " + refused + " and releases that behave as one of these");
  CHECK(kernel("6") == "kernel '6' " + refused);
  CHECK(kernel("") == "kernel '' " + refused);
  CHECK(kernel("6.1x") == "kernel '6.1x' " + refused);
  CHECK(kernel("linux") == "kernel 'linux' " + refused);
}

TEST_CASE("a release is newer than all that is known only beyond 7.3") {
  for (const char* known : {"6.18.44", "7.1", "7.2.12+deb13-cloud-amd64", "7.3", "7.3.9-rc1"}) {
    INFO(known);
    CHECK(!is_newer_than_known(known));
  }
  CHECK(is_newer_than_known("7.4.0-1-amd64"));
  CHECK(is_newer_than_known("8.0"));
  CHECK(!is_newer_than_known("linux"));
}

TEST_CASE("the kernel of a host is found in what its trace says of it") {
  CHECK(release_in("6.1.0-56-cloud-amd64") == "6.1.0-56-cloud-amd64");
  CHECK(release_in("Linux 6.12.117+deb12 x86_64 (gcc 12.2)") == "6.12.117+deb12");
  CHECK(release_in("").empty());
  CHECK(release_in("Linux version 6.8.0-45-generic (gcc)") == "6.8.0-45-generic");
  CHECK(release_in("Linux, of some kind").empty());
  CHECK(release_in("Linux").empty());
  CHECK(release_in("FreeBSD 14.1").empty());  // Another kernel's numbers say nothing here.
  CHECK(traits_of_host("Linux 6.1.0-56-cloud-amd64 x86_64").kernel == "6.1");
  CHECK(traits_of_host("7.9").kernel == "7.3");
  CHECK(&traits_of_host("6.5.0-14-generic") == &default_traits());  // Not known.
  CHECK(&traits_of_host("") == &default_traits());
}

TEST_CASE("where nobody says which kernel it is, it is the newest of the long-term series") {
  CHECK(default_traits().kernel == "6.18");
  CHECK(newest_traits().kernel == "7.3");
}

TEST_CASE("which releases jump over absent pages is known to the stable release") {
  const auto jumps = [](const char* release) {
    return traits(release).absent_ranges == AbsentRanges::jumped;
  };
  for (const char* release : {"5.10.249", "5.15.199", "6.1.161", "6.12.59", "6.17.9", "6.17.13",
                              "6.18", "6.18.44", "6.19", "7.1.13"}) {
    INFO(release);
    CHECK(jumps(release));
  }
  for (const char* release :
       {"2.6.32", "3.13", "4.19", "5.8", "5.10.248", "5.15.198", "5.19.17", "6.1.160", "6.2.16",
        "6.8.12", "6.12.58", "6.16.12", "6.17.8", "6.17"}) {
    INFO(release);
    CHECK_FALSE(jumps(release));
  }
  // Without a number of its own a release is as its profile: Debian's 6.1.0-56 is any 6.1.y.
  CHECK_FALSE(jumps("6.1.0-56-cloud-amd64"));
  CHECK_FALSE(jumps("5.15.0-91-generic"));
  CHECK(jumps("6.12"));
  // Nothing else is told apart.
  CHECK(traits("6.1.192").kernel == "6.1");
  CHECK(traits("6.1.192").chains == traits("6.1").chains);
}

TEST_CASE("max_page_sharing and merge_across_nodes are EBUSY while pages are shared") {
  Host host;
  const MmId mm = host.guest(3);
  CHECK(host.write("max_page_sharing", "5") == WriteError::none);
  REQUIRE(host.write("run", "1") == WriteError::none);
  for (int i = 0; i < 3; ++i) host.batch();
  REQUIRE(host.counters().pages_shared == 1);

  CHECK(host.write("max_page_sharing", "6") == WriteError::busy);
  CHECK(host.write("merge_across_nodes", "0") == WriteError::busy);
  CHECK(host.ksmd.knobs().max_page_sharing == 5);
  CHECK(host.ksmd.knobs().merge_across_nodes == 1);
  CHECK(host.write("max_page_sharing", "5") == WriteError::none);  // The same value.
  CHECK(host.write("merge_across_nodes", "1") == WriteError::none);

  // Pages that are gone still count until ksmd has seen it.
  host.memory.discard(mm, PageIndex{0}, PageCount{3});
  CHECK(host.write("max_page_sharing", "6") == WriteError::busy);
  host.batch();
  REQUIRE(host.counters().pages_shared == 0);
  CHECK(host.write("max_page_sharing", "6") == WriteError::none);
  CHECK(host.ksmd.knobs().max_page_sharing == 6);
}

TEST_CASE("max_page_sharing is EBUSY while a KSM page is mapped that counts in nothing") {
  Host host;
  const MmId mm = host.guest(2);
  REQUIRE(host.write("run", "1") == WriteError::none);
  for (int i = 0; i < 2; ++i) host.batch();
  REQUIRE(host.counters().pages_shared == 1);
  // A fork that ksmd has not met keeps the page; the sites it knows go.
  const MmId child = host.memory.fork(mm);
  host.memory.discard(mm, PageIndex{0}, PageCount{2});
  host.batch();
  REQUIRE(host.counters().pages_shared == 0);
  CHECK(host.write("max_page_sharing", "6") == WriteError::busy);
  host.memory.end(child);
  CHECK(host.write("max_page_sharing", "6") == WriteError::none);
}

TEST_CASE(
    "run 2 unmerges and resets full_scans, keeps what was scanned, and is idle when repeated") {
  Host host;
  host.guest(4);
  REQUIRE(host.write("run", "1") == WriteError::none);
  for (int i = 0; i < 3; ++i) host.batch();
  const Counters before = host.counters();
  REQUIRE(before.pages_sharing == 3);
  REQUIRE(host.write("run", "2") == WriteError::none);
  CHECK(host.counters() ==
        Counters{.pages_scanned = before.pages_scanned, .pages_skipped = before.pages_skipped});
  CHECK(host.memory.totals().cow_ksm == 4);
  CHECK(host.memory.totals().saved() == 0);
  REQUIRE(host.write("run", "2") == WriteError::none);
  CHECK(host.memory.totals().cow_ksm == 4);
  host.ksmd.check_invariants(host.memory);
}

}  // namespace ksmsim::ksm
