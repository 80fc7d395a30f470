// Folders of scripts that a real kernel carried out, each beside the rows that the kernel printed.
#pragma once
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace ksmsim::tests {

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Where two texts differ first.
inline std::string first_difference(const std::string& rows, const std::string& recorded) {
  std::istringstream ours(rows), theirs(recorded);
  std::string a, b;
  for (int line = 1;; ++line) {
    const bool more = static_cast<bool>(std::getline(ours, a));
    if (!std::getline(theirs, b)) b = "(end)";
    if (!more) a = "(end)";
    if (a != b) return "row " + std::to_string(line) + ": " + a + "\nrecorded: " + b;
    if (!more) return rows == recorded ? "" : "they end otherwise";
  }
}

// How many scripts of the folder there are; each has to give its recorded rows, byte for byte.
// `rows_of(path)` carries a script out.
template <class RowsOf>
int check_folder(const std::filesystem::path& folder, const RowsOf& rows_of) {
  int scripts = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".ksm") continue;
    ++scripts;
    auto recorded = entry.path();
    recorded.replace_extension(".csv");
    INFO(entry.path().filename());
    CHECK(first_difference(rows_of(entry.path()), content_of(recorded)) == "");
  }
  return scripts;
}

}  // namespace ksmsim::tests
