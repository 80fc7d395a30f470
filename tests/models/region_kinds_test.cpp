#include <catch2/catch.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "models/toml/parameter_value.hpp"
#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;

namespace {

std::string documentation() {
  std::ifstream file(KSMSIM_SOURCE_DIR "/docs/models.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Numbers behind "row " and "rows ": of "rows 10 to 14" the first and the last.
std::set<std::string> rows_in(const std::string& text) {
  const std::regex rows("rows? ([0-9]+)(( to |, | or )([0-9]+))*");
  const std::regex number("[0-9]+");
  std::set<std::string> found;
  for (std::sregex_iterator row(text.begin(), text.end(), rows), end; row != end; ++row) {
    const std::string part = row->str();
    for (std::sregex_iterator n(part.begin(), part.end(), number); n != end; ++n) {
      found.insert(n->str());
    }
  }
  return found;
}

}  // namespace

TEST_CASE("every kind of region and every row that a default cites stands in docs/models.md") {
  const std::string text = documentation();
  std::set<std::string> cited;
  for (const RegionKind& kind : region_kinds()) {
    CHECK(text.find("\n| `" + std::string(kind.name) + "` |") != std::string::npos);
    for (const Parameter& parameter : kind.parameters) {
      cited.merge(rows_in(std::string(parameter.source)));
    }
  }
  CHECK(cited.size() >= 10);
  for (const std::string& row : cited) {
    INFO("row " << row);
    CHECK(text.find("\n| " + row + " | ") != std::string::npos);
  }
}

TEST_CASE("every parameter has a default within its range and says what it is") {
  for (const RegionKind& kind : region_kinds()) {
    std::set<std::string_view> keys;
    for (const Parameter& parameter : kind.parameters) {
      INFO(kind.name << "." << parameter.key);
      CHECK(keys.insert(parameter.key).second);
      CHECK(!parameter.what.empty());
      CHECK(has_default(parameter));
      default_of(parameter);  // Stops the program if it could not be written.
      // Whoever says measured or cited says where.
      CHECK((parameter.evidence == Evidence::assumed || !parameter.source.empty()));
    }
  }
}

TEST_CASE("a text that is none of a parameter's choices is refused with the nearest one") {
  const RegionKind* kind = find_region_kind("zeroed");
  REQUIRE(kind != nullptr);
  auto document = Document::parse("generation = \"linux-init-on-fre\"\n");
  REQUIRE(document.ok());
  CHECK(!read_value(document->root(), kind->parameters.front()));
  const auto finished = document->finish();
  REQUIRE(!finished.ok());
  CHECK(finished.error().text.find("linux-init-on-free") != std::string::npos);
}
