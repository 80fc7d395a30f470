// The reference model on every script that a real kernel carried out, against the rows that the
// kernel printed. Rows are printed here in a few lines of their own, so that the model depends on
// nothing that it is to check.
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>
#include <string>

#include "tests/recorded/recorded_folder.hpp"
#include "tests/reference/dull_ksm.hpp"
#include "traces/script.hpp"

namespace {

using namespace ksmsim;
using reference::Answer;
using reference::DullKsm;
using reference::Kernel;

constexpr const char* kHeader =
    "line,full_scans,pages_scanned,pages_shared,pages_sharing,pages_unshared,pages_volatile,"
    "pages_skipped,ksm_zero_pages,stable_node_chains,stable_node_dups,general_profit\n";

// What the kernel lacks is an empty field.
std::string row(int line, const Kernel& kernel, const ksm::Counters& c) {
  std::ostringstream text;
  const auto field = [&text](bool there, std::int64_t value) {
    text << ',';
    if (there) text << value;
  };
  text << line;
  field(true, c.full_scans);
  field(kernel.pages_scanned, c.pages_scanned);
  field(true, c.pages_shared);
  field(true, c.pages_sharing);
  field(true, c.pages_unshared);
  field(true, pages_volatile(c));
  field(kernel.smart_scan, c.pages_skipped);
  field(kernel.zero_pages_counted, c.ksm_zero_pages);
  field(kernel.max_page_sharing, c.stable_node_chains);
  field(kernel.max_page_sharing, c.stable_node_dups);
  field(kernel.general_profit, general_profit(c));
  text << '\n';
  return text.str();
}

std::string rows_of(const std::filesystem::path& path, const Kernel& kernel) {
  const auto script = traces::parse_script(tests::content_of(path), path.filename().string());
  if (!script) FAIL(script.error().text);
  DullKsm model(kernel);
  std::string rows = kHeader;
  for (const traces::Step& step : script->steps) {
    using Kind = traces::Step::Kind;
    const auto print = [&] { rows += row(step.line, kernel, model.counters()); };
    if (step.kind == Kind::row) print();
    for (std::uint64_t i = 0; step.kind == Kind::wake && i < step.count; ++i) {
      model.wake();
      print();
    }
    if (step.kind != Kind::operation && step.kind != Kind::set_if_there) continue;
    const Answer answer = model.apply(step.operation);
    if (answer == Answer::invalid) REQUIRE(step.kind == Kind::set_if_there);
    const auto* knob = std::get_if<input::SetKnob>(&step.operation);
    if (knob != nullptr && knob->knob == "run" && knob->value == "1") print();
  }
  return rows;
}

int check_folder(const std::string& name, const char* kernel) {
  return tests::check_folder(KSMSIM_TEST_DATA "/" + name,
                             [kernel](const std::filesystem::path& path) {
                               return rows_of(path, reference::kernel_named(kernel));
                             });
}

}  // namespace

TEST_CASE("the reference model gives the rows of every recorded script of 6.18") {
  CHECK(check_folder("recorded", "6.18") == 102);
  CHECK(check_folder("recorded-since", "6.18") == 3);
}

TEST_CASE("the reference model gives the rows of every recorded script of 6.12") {
  CHECK(check_folder("recorded-6.12", "6.12") == 101);
}

TEST_CASE("the reference model gives the rows of every recorded script of 6.1") {
  CHECK(check_folder("recorded-6.1", "6.1") == 95);
}

TEST_CASE("the reference model gives the rows of every recorded script on NUMA nodes") {
  CHECK(check_folder("recorded-numa", "6.12") == 32);
  CHECK(check_folder("recorded-numa-6.1", "6.1") == 32);
}

TEST_CASE("the reference model gives the rows of every recorded script with swap") {
  CHECK(check_folder("recorded-swap", "6.12") == 31);
  CHECK(check_folder("recorded-swap-6.1", "6.1") == 31);
}

TEST_CASE("the reference model gives the rows of every recorded script of huge pages and pins") {
  CHECK(check_folder("recorded-huge", "6.18") == 81);
  CHECK(check_folder("recorded-huge-6.12", "6.12") == 82);
  CHECK(check_folder("recorded-huge-6.1", "6.1") == 80);
}

TEST_CASE("the reference model gives the rows of every recorded script on NUMA nodes with swap") {
  CHECK(check_folder("recorded-numa-swap", "6.12") == 52);
}

TEST_CASE("the reference model gives the rows of every recorded script of 7.3") {
  CHECK(check_folder("recorded-7.3", "7.3") == 104);
  CHECK(check_folder("recorded-numa-7.3", "7.3") == 35);
  CHECK(check_folder("recorded-swap-7.3", "7.3") == 33);
  CHECK(check_folder("recorded-verify-7.3", "7.3") == 70);
}

TEST_CASE("the reference model of 6.18 gives the rows of 7.2, of two nodes and of swap") {
  CHECK(check_folder("recorded-7.2", "6.18") == 104);
  CHECK(check_folder("recorded-numa-6.18", "6.18") == 35);
  CHECK(check_folder("recorded-swap-6.18", "6.18") == 33);
}

TEST_CASE("the reference model gives the rows of every recorded script of 6.16, 6.17 and 5.10") {
  CHECK(check_folder("recorded-6.16", "6.16") == 24);
  CHECK(check_folder("recorded-verify-6.17", "6.17") == 24);
  CHECK(check_folder("recorded-5.10", "6.1") == 102);
  CHECK(check_folder("recorded-numa-5.10", "6.1") == 35);
  CHECK(check_folder("recorded-swap-5.10", "6.1") == 10);
}
