// Fixed knobs, and the other names of knobs.
#include <catch2/catch.hpp>

#include "sim/ksm/knob_aliases.hpp"
#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;

TEST_CASE("Fixed knobs are written once, at the start, in their order") {
  auto fixed = controller("fixed", {{"pages_to_scan", "1000"}, {"run", "1"}});
  auto view = host_view(kGib, 0, 0);
  CHECK(fixed->first_look() == Duration::zero());
  CHECK(look(*fixed, view) == "pages_to_scan=1000 run=1");
  CHECK(look(*fixed, view).empty());
}

TEST_CASE("virsh's names of knobs are understood in all their spellings") {
  CHECK(ksm::kernel_name("--shm-pages-to-scan") == "pages_to_scan");
  CHECK(ksm::kernel_name("shm_pages_to_scan") == "pages_to_scan");
  CHECK(ksm::kernel_name("shm-sleep-millisecs") == "sleep_millisecs");
  CHECK(ksm::kernel_name("shm_merge_across_nodes") == "merge_across_nodes");
  CHECK(ksm::kernel_name("use_zero_pages") == "use_zero_pages");
  auto view = host_view(kGib, 0, 0);
  CHECK(look(*controller("fixed", {{"--shm-sleep-millisecs", "7"}}), view) == "sleep_millisecs=7");
}

TEST_CASE("A knob that is not there is answered with the nearest, or with when it is there") {
  CHECK(complaint("fixed", {{"pages_to_scann", "1"}}) ==
        "controller fixed: there is no knob 'pages_to_scann'; the nearest is 'pages_to_scan'");
  CHECK(complaint("fixed", {{"smart_scan", "1"}}, "6.1").find("since 6.7") != std::string::npos);
}

TEST_CASE("A value that the kernel would refuse is refused before the run") {
  CHECK(complaint("fixed", {{"run", "3"}}) ==
        "controller fixed: run = '3' is refused (EINVAL): 0, 1 or 2");
}

}  // namespace
}  // namespace ksmsim
