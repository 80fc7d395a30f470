#include "models/toml/parameter_value.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "models/region.hpp"

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
