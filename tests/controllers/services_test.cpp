// The kernel's advisor and the ksm service: they write at the start and leave it at that.
#include <catch2/catch.hpp>

#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;

// What a controller writes at the start, on a host with 16 GiB.
std::string at_the_start(const std::string& name,
                         const host::controllers::GivenConstants& constants,
                         const std::string& kernel) {
  auto made = controller(name, constants, kernel);
  CHECK(made->first_look() == Duration::zero());
  const std::string first = written(made->decide(host_view(16 * kGib, 0, 0)));
  CHECK(made->interval() == host::kNoMoreLooks);
  return first;
}

TEST_CASE("The advisor gets its limits before it is switched on") {
  CHECK(at_the_start("advisor", {{"advisor_max_cpu", "30"}}, "6.12") ==
        "advisor_target_scan_time=200 advisor_max_cpu=30 advisor_min_pages_to_scan=500 "
        "advisor_max_pages_to_scan=30000 advisor_mode=scan-time");
}

TEST_CASE("The advisor's defaults are those that the kernel has anyway") {
  auto view = host_view(kGib, 0, 0);
  ksm::Knobs knobs = view.knobs;
  look(*controller("advisor"), view);
  knobs.advisor_mode = ksm::AdvisorMode::scan_time;
  CHECK(view.knobs == knobs);
}

TEST_CASE("A kernel without the advisor refuses it before the run, and says who has it") {
  CHECK(complaint("advisor", {}, "6.1").find("since 6.8") != std::string::npos);
}

TEST_CASE("The ksm service lets KSM have half of RAM on 2.6.32, then starts it") {
  CHECK(at_the_start("ksm-service", {}, "2.6.32") == "max_kernel_pages=2097152 run=1");
}

TEST_CASE("KSM_MAX_KERNEL_PAGES sets the service's limit; 0 is none") {
  CHECK(at_the_start("ksm-service", {{"KSM_MAX_KERNEL_PAGES", "5000"}}, "2.6.32") ==
        "max_kernel_pages=5000 run=1");
  CHECK(at_the_start("ksm-service", {{"KSM_MAX_KERNEL_PAGES", "0"}}, "2.6.32") ==
        "max_kernel_pages=0 run=1");
}

TEST_CASE("Without the ksm service 2.6.32 shares 2000 pages at most") {
  CHECK(at_the_start("ksm-service", {{"start", "0"}}, "2.6.32") == "max_kernel_pages=2000");
}

TEST_CASE("The ksm service writes no limit where the kernel has none") {
  CHECK(at_the_start("ksm-service", {}, "6.12") == "run=1");
  CHECK(at_the_start("ksm-service", {{"start", "0"}}, "6.12").empty());
}

}  // namespace
}  // namespace ksmsim
