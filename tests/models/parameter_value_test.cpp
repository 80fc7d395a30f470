#include "models/toml/parameter_value.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>

#include "models/region.hpp"
#include "models/scenario_file.hpp"
#include "models/toml/words.hpp"

using namespace ksmsim;
using namespace ksmsim::models;

TEST_CASE("the default of every declared parameter is one that a scenario could write") {
  for (const RegionKind& kind : region_kinds()) {
    for (const Parameter& parameter : kind.parameters) {
      INFO(kind.name << "." << parameter.key);
      if (has_default(parameter)) default_of(parameter);
      CHECK(parameter.least <= parameter.most);
      // It is not known to be measured or cited without a source.
      CHECK((parameter.evidence == Evidence::assumed || !parameter.source.empty()));
    }
  }
}

namespace {

// What the table of one line says of the parameter, or the error.
std::string said(const Parameter& parameter, const std::string& text) {
  auto document = Document::parse(text);
  REQUIRE(document.ok());
  const auto read = read_value(document->root(), parameter);
  if (auto r = document->finish(); !r) return r.error().text;
  return std::to_string(std::get<std::int64_t>(*read));
}

std::string line(const std::string& key, double number) { return key + " = " + shown(number); }

// So many of a key's unit are one of its twin's: of size_pages 256 are one of size_mib.
constexpr double kPagesPerMib = 256;

}  // namespace

TEST_CASE("a parameter has the same range whichever of its keys is written") {
  int twins = 0;
  for (const RegionKind& kind : region_kinds()) {
    for (const Parameter& parameter : kind.parameters) {
      const auto keys = keys_of(parameter);
      if (keys.size() < 2) continue;
      ++twins;
      INFO(kind.name << "." << parameter.key);
      REQUIRE((keys.size() == 2 && keys[0].find("_mib") != std::string::npos &&
               keys[1].find("_pages") != std::string::npos));
      for (const double bound : {parameter.least, parameter.most}) {
        const double pages = bound * kPagesPerMib;
        const std::string value = said(parameter, line(keys[0], bound));
        CHECK(value.find(' ') == std::string::npos);  // Else it is an error.
        CHECK(said(parameter, line(keys[1], pages)) == value);
        const double beyond = bound == parameter.most ? pages + 1 : pages - 1;
        CHECK(said(parameter, line(keys[1], beyond)).find(" has to be a ") != std::string::npos);
      }
      if (parameter.kind == Kind::pages) {
        CHECK(said(parameter, line(keys[1], 1)) == "1");  // The least size is a page.
      }
    }
  }
  CHECK(twins > 5);
}

TEST_CASE("a region may be as large in pages as in MiB") {
  const std::string head =
      "title = \"a\"\nuntil_s = 1\n[[guest]]\nname = \"a\"\n"
      "[[guest.region]]\nkind = \"heap\"\n";
  CHECK(read_scenario(head + "size_mib = 16777215.99609375").ok());
  CHECK(read_scenario(head + "size_pages = 4294967295").ok());
  CHECK(read_scenario(head + "size_pages = 4294967296").error().text ==
        "7:14: size_pages has to be a whole number from 1 to 4294967295");
}

// A text for the parameter's key in another unit than the key's, and the number that says the same.
std::pair<std::string, double> with_unit(Kind kind, const std::string& key) {
  const bool pages = key.find("_pages") != std::string::npos;
  switch (kind) {
    case Kind::pages:
      return {"1GiB", pages ? 262'144 : 1024};
    case Kind::few_pages:
      return {"16KiB", 4};
    case Kind::rate:
      return {"1536KiB/s", pages ? 384 : 1.5};
    case Kind::time:
      return {"1.5m", 90};
    case Kind::part:
      return {"2.5%", 0.025};
    default:
      return {};
  }
}

TEST_CASE("every parameter that is a time, a size, a rate or a part takes texts with units") {
  std::set<Kind> seen;
  for (const RegionKind& kind : region_kinds()) {
    for (const Parameter& parameter : kind.parameters) {
      for (const std::string& key : keys_of(parameter)) {
        INFO(kind.name << "." << key);
        const auto [text, number] = with_unit(parameter.kind, key);
        if (parameter.kind == Kind::text || parameter.kind == Kind::lifetimes ||
            parameter.kind == Kind::groups) {
          continue;
        }
        if (text.empty()) {  // It has no unit.
          CHECK(said(parameter, key + " = \"1s\"") ==
                "1:" + std::to_string(key.size() + 4) + ": " + key + " = '1s': should be a number");
          continue;
        }
        seen.insert(parameter.kind);
        CHECK(said(parameter, key + " = \"" + text + "\"") == said(parameter, line(key, number)));
      }
    }
  }
  CHECK(seen == std::set{Kind::pages, Kind::few_pages, Kind::rate, Kind::time, Kind::part});
}

TEST_CASE("parts and lifetimes in lists take texts with units") {
  const Parameter lifetimes{"lifetimes", Kind::lifetimes, 1, 1e9, "[]", Evidence::assumed, "", ""};
  const auto shares = [&](const std::string& text) {
    auto document = Document::parse(text);
    REQUIRE(document.ok());
    const auto read = read_value(document->root(), lifetimes);
    REQUIRE(document->finish().ok());
    return std::get<std::vector<Share>>(*read);
  };
  CHECK(shares("lifetimes = [[\"30%\", \"10m\"], [0.2, \"1.5h\"]]") ==
        shares("lifetimes = [[0.3, 600], [0.2, 5400]]"));
  auto document = Document::parse("lifetimes = [[0.3, \"10 minutes\"]]");
  read_value(document->root(), lifetimes);
  CHECK(document->finish().error().text ==
        "1:14: lifetimes = '10 minutes': should be a time, such as 10min");
}

TEST_CASE("pages, times and rates are written in the units of their keys") {
  const Parameter rate{"rate", Kind::rate, 0, 1000, "2", Evidence::assumed, "", ""};
  const Parameter size{"size", Kind::pages, 0, 1000, "2", Evidence::assumed, "", ""};
  const auto value = [](const Parameter& parameter, const std::string& text) {
    auto document = Document::parse(text);
    REQUIRE(document.ok());
    const auto read = read_value(document->root(), parameter);
    REQUIRE(document->finish().ok());
    return std::get<std::int64_t>(*read);
  };
  CHECK(value(rate, "rate_mib_per_s = 1") == 256 * 3600);
  CHECK(value(rate, "rate_pages_per_s = 0.5") == 1800);
  CHECK(std::get<std::int64_t>(default_of(rate)) == 2 * 256 * 3600);
  CHECK(value(size, "size_mib = 1") == 256);
  CHECK(value(size, "size_pages = 1") == 1);
  auto document = Document::parse("size_mib = 1\nsize_pages = 256");
  read_value(document->root(), size);
  CHECK(document->finish().error().text == "2:14: size_pages says again what size_mib says");
}
