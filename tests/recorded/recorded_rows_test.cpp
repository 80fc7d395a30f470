// Every script that a real Linux 6.18 carried out, against the rows that it printed.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/script_runner.hpp"

namespace {

using namespace ksmsim;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string rows_of(const std::filesystem::path& path) {
  const auto script = traces::parse_script(content_of(path), path.filename().string());
  if (!script) FAIL(script.error().text);
  std::string rows;
  const auto done =
      cli::run_script(*script, ksm::newest_traits(), [&](int, const std::string& row) {
        rows += row + "\n";
        return true;
      });
  if (!done) FAIL(done.error().text);
  return rows;
}

// How many scripts of the folder there are; each has to give its recorded rows.
int check_folder(const std::string& name) {
  int scripts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(KSMSIM_TEST_DATA "/" + name)) {
    if (entry.path().extension() != ".ksm") continue;
    ++scripts;
    auto recorded = entry.path();
    recorded.replace_extension(".csv");
    INFO(entry.path().filename());
    const bool equal = rows_of(entry.path()) == content_of(recorded);
    REQUIRE(equal);
  }
  return scripts;
}

}  // namespace

TEST_CASE("every recorded script gives the rows of the real kernel, byte for byte") {
  REQUIRE(check_folder("recorded") == 102);
}

TEST_CASE("run 2 and advice leave KSM pages of unmergeable regions alone, as a live 6.18 does") {
  REQUIRE(check_folder("recorded-since") == 3);
}
