// Every script that a real kernel carried out, against the rows that it printed.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "cli/script_runner.hpp"
#include "tests/recorded/recorded_folder.hpp"

namespace {

using namespace ksmsim;

std::string rows_of(const std::filesystem::path& path, const ksm::Traits& traits) {
  const auto script = traces::parse_script(tests::content_of(path), path.filename().string());
  if (!script) FAIL(script.error().text);
  std::string rows;
  const auto done = cli::run_script(*script, traits, [&](int, const std::string& row) {
    rows += row + "\n";
    return true;
  });
  if (!done) FAIL(done.error().text);
  return rows;
}

int check_folder(const std::string& name, const std::string& kernel) {
  return tests::check_folder(KSMSIM_TEST_DATA "/" + name,
                             [&kernel](const std::filesystem::path& path) {
                               return rows_of(path, **ksm::traits_of(kernel));
                             });
}

}  // namespace

TEST_CASE("every script that a real 6.18 recorded gives its rows, byte for byte") {
  REQUIRE(check_folder("recorded", "6.18") == 102);
}

TEST_CASE("run 2 and advice leave KSM pages of unmergeable regions alone, as a live 6.18 does") {
  REQUIRE(check_folder("recorded-since", "6.18") == 3);
}

TEST_CASE("every script that a real 6.12 recorded gives its rows, byte for byte") {
  REQUIRE(check_folder("recorded-6.12", "6.12") == 101);
}

TEST_CASE("what 6.18 recorded is what 6.12 does") {
  REQUIRE(check_folder("recorded", "6.12") == 102);
}

TEST_CASE("every script that a real 6.1 recorded gives its rows, byte for byte") {
  REQUIRE(check_folder("recorded-6.1", "6.1") == 95);
}

TEST_CASE("scripts on two NUMA nodes give the rows of real kernels, byte for byte") {
  REQUIRE(check_folder("recorded-numa", "6.12") == 32);
  REQUIRE(check_folder("recorded-numa-6.1", "6.1") == 32);
}

TEST_CASE("scripts with swap give the rows of real kernels, byte for byte") {
  REQUIRE(check_folder("recorded-swap", "6.12") == 31);
  REQUIRE(check_folder("recorded-swap-6.1", "6.1") == 31);
}

TEST_CASE("huge pages and pins are what real kernels make of them, byte for byte") {
  REQUIRE(check_folder("recorded-huge", "6.18") == 81);
  REQUIRE(check_folder("recorded-huge-6.12", "6.12") == 82);
  REQUIRE(check_folder("recorded-huge-6.1", "6.1") == 80);
}

TEST_CASE("NUMA together with swap, huge pages and pins gives the rows of a real 6.12") {
  REQUIRE(check_folder("recorded-numa-swap", "6.12") == 52);
}

TEST_CASE("every script that a real 7.3 recorded gives its rows, byte for byte") {
  REQUIRE(check_folder("recorded-7.3", "7.3") == 104);
  REQUIRE(check_folder("recorded-numa-7.3", "7.3") == 35);
  REQUIRE(check_folder("recorded-swap-7.3", "7.3") == 33);
  REQUIRE(check_folder("recorded-verify-7.3", "7.3") == 70);
}

TEST_CASE("7.2 and a 6.18 with two nodes or swap are what the profile 6.18 says, byte for byte") {
  REQUIRE(check_folder("recorded-7.2", "7.2") == 104);
  REQUIRE(check_folder("recorded-numa-6.18", "6.18") == 35);
  REQUIRE(check_folder("recorded-swap-6.18", "6.18") == 33);
}

TEST_CASE("6.16 loses count of a fork's zero pages, as recorded, byte for byte") {
  REQUIRE(check_folder("recorded-6.16", "6.16") == 24);
}

TEST_CASE("6.17 refuses to make one page of read-only ones, as recorded, byte for byte") {
  REQUIRE(check_folder("recorded-verify-6.17", "6.17") == 24);
}

TEST_CASE("5.10 is what the profile 6.1 says, byte for byte") {
  REQUIRE(check_folder("recorded-5.10", "5.10") == 102);
  REQUIRE(check_folder("recorded-numa-5.10", "5.10") == 35);
  REQUIRE(check_folder("recorded-swap-5.10", "5.10") == 10);
}
