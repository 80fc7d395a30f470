// Controllers by their names, and what is said of names and values that are wrong.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;
using host::controllers::all_controllers;
using host::controllers::Constant;
using host::controllers::constant_text;
using host::controllers::ConstantKind;

TEST_CASE("No name makes no controller") {
  const auto made = host::controllers::make_controller({});
  REQUIRE(made);
  CHECK(*made == nullptr);
}

TEST_CASE("Every controller says what it is, and each of its constants where it is from") {
  for (const auto& info : all_controllers()) {
    CAPTURE(info.name);
    CHECK_FALSE(info.explanation.empty());
    for (const Constant& constant : info.constants) {
      CAPTURE(constant.name);
      CHECK_FALSE(constant.meaning.empty());
      CHECK((constant.source.starts_with("cited: ") || constant.source.starts_with("assumed: ")));
    }
  }
}

TEST_CASE("Every controller can be made with its defaults spelled out, and looks again later") {
  for (const auto& info : all_controllers()) {
    CAPTURE(info.name);
    host::controllers::GivenConstants defaults;
    for (const Constant& constant : info.constants) {
      if (!constant.standard.empty()) defaults.emplace_back(constant.name, constant.standard);
    }
    if (info.name == "schedule") defaults.emplace_back("at", "0:run=1");  // Nothing without.
    const auto made = host::controllers::make_controller({std::string(info.name), defaults});
    if (!made) FAIL(made.error().text);
    CHECK((*made)->first_look() >= Duration::zero());
    (*made)->decide(host_view(16 * kGib, 8 * kGib, 4 * kGib));
    CHECK((*made)->interval() > Duration::zero());
  }
}

TEST_CASE("An unknown controller is answered with the nearest known one") {
  CHECK(complaint("ksmtune", {}) == "there is no controller 'ksmtune'; the nearest is 'ksmtuned'");
}

TEST_CASE("An unknown constant is answered with the nearest known one") {
  CHECK(complaint("ksmtuned", {{"npages_bost", "1"}}) ==
        "controller ksmtuned: there is no constant 'npages_bost'; the nearest is 'npages_boost'");
}

TEST_CASE("A constant out of range is answered with the range") {
  CHECK(complaint("ksmtuned", {{"thres_coef", "1001"}}) ==
        "controller ksmtuned: thres_coef = '1001': should be a whole number from 0 to 1000 "
        "(percent of RAM)");
  CHECK(complaint("ksmtuned", {{"thres_coef", "-1"}}) != "");
  CHECK(complaint("ksmtuned", {{"thres_coef", "1000"}}).empty());
  CHECK(complaint("ksmtuned", {{"sees_accel_kvm", "2"}}) ==
        "controller ksmtuned: sees_accel_kvm = '2': should be 0 or 1");
}

TEST_CASE("A constant that is no number is refused") {
  for (const char* text : {"", "x", "3x", " 3", "0x3", "3.5", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(complaint("ksmtuned", {{"npages_boost", text}}) != "");
  }
}

// A value of the constant in another unit, and the plain number that says the same.
std::pair<std::string, std::string> with_unit(const Constant& constant) {
  if (constant.kind == ConstantKind::fraction) return {"25%", "0.25"};
  const std::string_view unit = constant.unit.substr(0, constant.unit.find(' '));
  if (unit == "s") return {"2m", "120"};
  if (unit == "ms") return {"0.5s", "500"};
  if (unit == "kB") return {"3MiB", "3072"};
  if (unit == "pages" && constant.most <= 0) return {"-1M", "-256"};
  if (unit == "pages") return {"1M", "256"};
  if (unit == "percent") return {"30%", "30"};
  return {};
}

TEST_CASE("Every constant with a unit takes amounts that say theirs") {
  using host::controllers::ConstantValues;
  std::set<Quantity> seen;
  for (const auto& info : all_controllers()) {
    for (const Constant& constant : info.constants) {
      CAPTURE(info.name, constant.name, constant.unit);
      const auto [text, plain] = with_unit(constant);
      const std::string name(constant.name);
      if (text.empty()) {
        CHECK((constant.unit.empty() || constant.unit == "looks"));
        CHECK_FALSE(ConstantValues::parse(info.constants, {{name, "1s"}}));
        continue;
      }
      seen.insert(host::controllers::unit_of(constant).of);
      const auto read = ConstantValues::parse(info.constants, {{name, text}});
      const auto same = ConstantValues::parse(info.constants, {{name, plain}});
      REQUIRE(read);
      REQUIRE(same);
      CHECK((*read)[name] == (*same)[name]);
    }
  }
  CHECK(seen == std::set{Quantity::time, Quantity::size, Quantity::part});
}

TEST_CASE("An amount that a constant cannot hold says what would be right") {
  CHECK(complaint("ksmtuned", {{"monitor_interval", "1500ms"}}) ==
        "controller ksmtuned: monitor_interval = '1500ms': should be a whole number of seconds");
  CHECK(complaint("ksmtuned", {{"monitor_interval", "5 minutes"}}) ==
        "controller ksmtuned: monitor_interval = '5 minutes': should be a time, such as 5min");
  CHECK(complaint("ksmtuned", {{"monitor_interval", "20d"}}) ==
        "controller ksmtuned: monitor_interval = '20d': should be a whole number from 1 to "
        "1000000 (s)");
  CHECK(complaint("ksmtuned", {{"thres_coef", "20s"}}) ==
        "controller ksmtuned: thres_coef = '20s': should be a part, such as 0.05 or 5%");
}

TEST_CASE("A constant given twice is refused, also under two spellings") {
  CHECK(complaint("ksmtuned", {{"npages_boost", "1"}, {"KSM_NPAGES_BOOST", "1"}}) ==
        "controller ksmtuned: constant KSM_NPAGES_BOOST is given twice");
}

TEST_CASE("Names of a configuration file are taken as they stand there") {
  auto view = host_view(16 * kGib, 0, 0);
  CHECK(look(*controller("ksmtuned", {{"KSM_NPAGES_BOOST", "500"}}), view) ==
        "pages_to_scan=500 sleep_millisecs=10 run=1");
}

TEST_CASE("A fraction or a release is shown as it was written") {
  CHECK(constant_text(ConstantKind::fraction, 200'000) == "0.2");
  CHECK(constant_text(ConstantKind::fraction, 2'500) == "0.0025");
  CHECK(constant_text(ConstantKind::fraction, -50'000) == "-0.05");
  CHECK(constant_text(ConstantKind::fraction, 1'000'000) == "1");
  CHECK(constant_text(ConstantKind::whole, -50) == "-50");
  CHECK(constant_text(ConstantKind::release, host::controllers::release_number(1, 10)) == "1.10");
}

}  // namespace
}  // namespace ksmsim
