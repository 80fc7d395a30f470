// What a scenario leaves to the models is listed as it is.
#include "models/assumptions.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/models/scenario_lines.hpp"

using namespace ksmsim;
using namespace ksmsim::models;

TEST_CASE("figures that come with a load are listed as they are, each with its own label") {
  const auto listed = [](const std::string& like, const std::string& key) {
    const Scenario s = read(Lines{.region = like}.text());
    for (const Assumption& one : s.assumptions.defaults) {
      if (one.key == key) return one;
    }
    return Assumption{};
  };
  const Assumption idle = listed("like = \"idle\"", "lifetimes");
  CHECK(idle.value == "[[0.03, 60], [0.37, 8500], [0.6, 474000]]");
  CHECK(idle.evidence == Evidence::assumed);
  CHECK(listed("like = \"desktop\"", "lifetimes").evidence == Evidence::measured);
  CHECK(listed("", "lifetimes").source.starts_with("build: "));
  CHECK(listed("", "groups").value.starts_with("[[0.034, 2], [0.026, 3], "));
  // That a guest is like that is nobody's measurement.
  CHECK(listed("", "like").evidence == Evidence::assumed);
}

TEST_CASE("on a host of several nodes, that a guest stands on the first one is an assumption") {
  const auto node_is_assumed = [](const Lines& lines) {
    for (const Assumption& one : read(lines.text()).assumptions.defaults) {
      if (one.key == "node") return one.value == "0" && one.evidence == Evidence::assumed;
    }
    return false;
  };
  CHECK(node_is_assumed(Lines{.file = "[host]\nnuma_nodes = 2"}));
  CHECK_FALSE(node_is_assumed(Lines{.file = "[host]\nnuma_nodes = 2", .guest = "node = 0"}));
  CHECK_FALSE(node_is_assumed(Lines{}));
}

TEST_CASE("what a host is taken to be is listed, as far as it matters") {
  const auto listed = [](const std::string& host) {
    std::string keys;
    for (const Assumption& one : read(Lines{.file = host}.text()).assumptions.defaults) {
      if (one.kind == "host") keys += one.key + "=" + one.value + " ";
    }
    return keys;
  };
  CHECK(listed("#") == "hz=250 ");
  CHECK(listed("[host]\nhz = 1000") == "");
  CHECK(listed("[host]\nhz = 250\nram_mib = 512") ==
        "kernel_mib=0 guest_overhead_mib=0 cached_mib=0 ");
  CHECK(listed("[host]\nhz = 250\nram_mib = 512\nkernel_mib = 1\nguest_overhead_mib = 1\n"
               "cached_mib = 1\nswap_mib = 100\nswap_read_us = 90") == "swap_write_us=0 ");
  // OpenZFS's own: RAM / 32; RAM / 32 + 7.5 x 1024 kB x sqrt(16); 160 MiB in 100 ms.
  const std::string arc =
      "[host]\nhz = 250\nram_mib = 1024\nkernel_mib = 1\n"
      "guest_overhead_mib = 1\ncached_mib = 1\nzfs_arc_mib = 100\n";
  CHECK(listed(arc) == "zfs_arc_min_mib=32 zfs_arc_sys_free_mib=62 zfs_arc_shrink_mib_per_s=1600 ");
  CHECK(listed(arc + "zfs_arc_min_mib = 50\nzfs_arc_shrink_mib_per_s = 0") ==
        "zfs_arc_sys_free_mib=62 ");
  CHECK(listed("kernel = \"99.1\"\n[host]\nhz = 250") == "kernel=7.3 ");
}

TEST_CASE("clones of a captured guest list which one it is and how far they diverge") {
  const Scenario s =
      read("title = \"a\"\nuntil_s = 60\n[[guest]]\nname = \"b\"\ntrace = \"b.bin\"\n");
  CHECK(s.assumptions.given == 1);
  std::string keys;
  for (const Assumption& one : s.assumptions.defaults) keys += one.kind + "." + one.key + " ";
  CHECK(keys == "host.hz guest.trace_guest guest.divergence ");
}
