// The host as people know it.
#include "viz/host_view.hpp"

#include <catch2/catch.hpp>

#include "tests/viz/made_up_result.hpp"
#include "viz/result_csv.hpp"
#include "viz/result_json.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::viz {
namespace {

using Catch::Matchers::Contains;

// The made-up run on a host of 1 GiB; every field has a value of its own.
results::RunResult on_a_host() {
  results::RunResult r = made_up_result();
  results::HostOutcome& host = r.host.emplace();
  std::int64_t next = 1000;
  const auto number = [&next](auto& part) {
    for_each_field(part, [&next](const char*, auto& field) {
      if constexpr (std::is_same_v<decltype(field), std::int64_t&>) field = next++;
    });
  };
  number(host);
  host.total_kb = 1024 * 1024;
  host.numa_nodes = 2;
  host.kills.push_back({5 * kSecondNs, "b", 512, 77, 88});
  results::GuestMemory& guest = host.guests.emplace_back();
  guest.name = "a";
  number(guest);
  for (results::Sample& sample : r.samples) {
    number(sample.host);
  }
  r.digest = results::digest_of(r);
  return r;
}

}  // namespace

TEST_CASE("a result without a host shows nothing of one") {
  CHECK(host_text(made_up_result()).empty());
  CHECK_THAT(result_csv(made_up_result()), !Contains("free_kb"));
  CHECK_THAT(result_json(made_up_result()), Contains("\"host\":null"));
}

TEST_CASE("a result with a host is read back as it was, and one number changed is noticed") {
  const results::RunResult r = on_a_host();
  const auto back = parse_result_json(result_json(r));
  REQUIRE(back);
  CHECK(*back == r);
  results::RunResult changed = r;
  changed.samples[2].host.stall_ns += 1;
  CHECK(results::digest_of(changed) != r.digest);
  changed = r;
  changed.host->guests[0].pss_kb += 1;
  CHECK(results::digest_of(changed) != r.digest);
  changed = r;
  changed.host->kills[0].guest = "c";
  CHECK(results::digest_of(changed) != r.digest);
}

TEST_CASE("CSV has the host's figures at every sample where there is a host") {
  const std::string csv = result_csv(on_a_host());
  const std::string header = csv.substr(0, csv.find('\n'));
  CHECK_THAT(header,
             Contains(",free_kb,buffers_kb,cached_kb,available_kb,swap_used_kb,zfs_arc_kb,"));
  CHECK(std::count(header.begin(), header.end(), ',') ==
        std::count(csv.begin(), csv.end(), ',') / 8);  // 7 samples and the header.
}

TEST_CASE("free shows total, used, free, caches, available and swap, in MiB") {
  results::HostOutcome host;
  host.total_kb = 2048;
  host.swap_total_kb = 4096;
  results::HostFigures figures;
  figures.used_kb = 1024;
  figures.free_kb = 512;
  figures.buffers_kb = 256;
  figures.cached_kb = 256;
  figures.available_kb = 640;
  figures.swap_used_kb = 1024;
  CHECK(free_text(host, figures) ==
        "              total       used       free buff/cache  available  (MiB)\n"
        "Mem:            2.0        1.0        0.5        0.5        0.6\n"
        "Swap:           4.0        1.0        3.0\n");
}

TEST_CASE("the table of guests shows PSS less Private as ps_mem does, and a sum of several") {
  results::GuestMemory a;
  a.name = "a";
  a.private_kb = 1024;
  a.shared_kb = 2048;
  a.rss_kb = 3072;
  a.pss_kb = 1536;
  a.swap_kb = 512;
  results::GuestMemory b = a;
  b.name = "b";
  results::GuestMemory gone = a;
  gone.name = "c";
  gone.living = 0;  // In no sum.
  const std::string text = memory_table({a, gone, b});
  CHECK_THAT(text, Contains("  c (ended) "));
  CHECK_THAT(text, Contains("  a                              1.0       2.0       0.5       1.5   "
                            "    3.0       0.5       0.0\n"));
  CHECK_THAT(text, Contains("  all 2 at the end               2.0       4.0       1.0       3.0   "
                            "    6.0       1.0       0.0\n"));
}

TEST_CASE("the host's view says how far ZFS's ARC fell, and when") {
  results::RunResult r = made_up_result();
  r.host.emplace().total_kb = 1024 * 1024;
  r.host->zfs_arc_kb = 4096;
  for (results::Sample& sample : r.samples) sample.host.zfs_arc_kb = 4096;
  CHECK_THAT(host_text(r), Contains("of used: ZFS's ARC      4.0 MiB\n"));
  r.samples[3].host.zfs_arc_kb = 3072;                                     // At 30 s.
  for (std::size_t i : {4U, 5U, 6U}) r.samples[i].host.zfs_arc_kb = 1024;  // From 60 s on.
  CHECK_THAT(host_text(r), Contains("of used: ZFS's ARC      1.0 MiB; it gave back 3.0 MiB of "
                                    "4.0 MiB, seen from 30.0 s to 60.0 s\n"));
}

TEST_CASE("the size of the ARC is in the digest") {
  results::RunResult r = on_a_host();
  for (results::Sample& sample : r.samples) sample.host.zfs_arc_kb = 0;
  const std::uint64_t without = results::digest_of(r);
  r.samples[2].host.zfs_arc_kb = 7;
  CHECK(results::digest_of(r) != without);
}

TEST_CASE("the summary names who was killed, what guests waited, lost huge pages, remote reads") {
  const std::string text = text_summary(on_a_host());
  CHECK_THAT(text, Contains("guests killed (OOM)       1 ("));
  CHECK_THAT(text,
             Contains("b at 5.0 s: most of RSS + swap + page tables (2.0 MiB); free 77.0 KiB"));
  CHECK_THAT(text, Contains("guests waited"));
  CHECK_THAT(text, Contains("lost huge backing"));
  CHECK_THAT(text, Contains("reads of merged pages"));
}

}  // namespace ksmsim::viz
