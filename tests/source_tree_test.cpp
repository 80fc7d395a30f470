// Reads the project's own files. KSMSIM_SOURCE_DIR is defined by CMake.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/source_rules.hpp"

namespace ksmsim::source_rules {
namespace {

namespace fs = std::filesystem;

const fs::path& root() {
  static const fs::path path = KSMSIM_SOURCE_DIR;
  return path;
}

enum class Kind { cpp, script };  // C++, or what builds and tests it.

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_of(Kind kind, const fs::path& path) {
  const std::string ending = path.extension().string();
  if (kind == Kind::cpp) return ending == ".cpp" || ending == ".hpp";
  return path.filename() == "CMakeLists.txt" || ending == ".cmake" || ending == ".sh" ||
         path == "run" || path == "test" || path == ".ci/run";
}

// The project's files of this kind; those that are built, hidden (but .ci) or test data left out.
std::vector<File> files_of(Kind kind) {
  std::vector<File> files;
  for (auto at = fs::recursive_directory_iterator(root()); at != fs::end(at); ++at) {
    const fs::path path = at->path().lexically_relative(root());
    const std::string name = path.filename().string();
    if (at->is_directory()) {
      const bool hidden = name.starts_with('.') && name != ".ci";
      if (hidden || path == "build" || path == "tests/data") at.disable_recursion_pending();
    } else if (is_of(kind, path)) {
      files.push_back(make_file(path.string(), text_of(at->path())));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

std::string joined(const Complaints& complaints) {
  std::string text;
  for (const std::string& complaint : complaints) text += complaint + "\n";
  return text;
}

// All that the rule finds in the files.
template <class Rule>
std::string complaints_about(const std::vector<File>& files, Rule rule) {
  Complaints all;
  for (const File& file : files) {
    for (const std::string& complaint : rule(file)) all.push_back(complaint);
  }
  return joined(all);
}

// What the rule says of a made-up file.
template <class Rule>
std::string verdict(Rule rule, const std::string& path, std::string_view text) {
  return joined(rule(make_file(path, text)));
}

// The nearest CMakeLists.txt from the file upwards that speaks of sources, as text.
std::string build_list_of(const File& file) {
  for (fs::path folder = fs::path(file.path).parent_path();; folder = folder.parent_path()) {
    const fs::path list = root() / folder / "CMakeLists.txt";
    if (fs::exists(list)) return text_of(list);
    if (folder.empty()) return "";
  }
}

}  // namespace

TEST_CASE("every folder includes only what stands above it in the layers") {
  const auto files = files_of(Kind::cpp);
  REQUIRE(files.size() > 10);
  CHECK(complaints_about(files, forbidden_includes) == "");
}

TEST_CASE("sim opens no file, reads no clock, prints nothing and leaves nothing to chance") {
  CHECK(complaints_about(files_of(Kind::cpp), forbidden_words) == "");
}

TEST_CASE("no file is too long to read") {
  CHECK(complaints_about(files_of(Kind::cpp), too_long) == "");
  CHECK(complaints_about(files_of(Kind::script), too_long) == "");
}

TEST_CASE("no line is too wide, has a tab or ends with blanks") {
  CHECK(complaints_about(files_of(Kind::cpp), untidy_lines) == "");
  CHECK(complaints_about(files_of(Kind::script), untidy_lines) == "");
}

TEST_CASE("every header has #pragma once") {
  CHECK(complaints_about(files_of(Kind::cpp), unguarded) == "");
}

TEST_CASE("every source file includes its own header first") {
  std::vector<File> with_header;
  for (const File& file : files_of(Kind::cpp)) {
    const fs::path header = fs::path(file.path).replace_extension(".hpp");
    if (file.path.ends_with(".cpp") && fs::exists(root() / header)) with_header.push_back(file);
  }
  REQUIRE(with_header.size() > 10);
  CHECK(complaints_about(with_header, header_not_first) == "");
}

TEST_CASE("every source file is built") {
  Complaints dead;
  for (const File& file : files_of(Kind::cpp)) {
    if (!file.path.ends_with(".cpp")) continue;
    const std::string list = build_list_of(file);
    const bool named = list.find(fs::path(file.path).filename().string()) != std::string::npos;
    const bool found = list.find("GLOB") != std::string::npos;
    if (!named && !found) dead.push_back(file.path + ":1: no CMakeLists.txt names it");
  }
  CHECK(joined(dead) == "");
}

TEST_CASE("nothing stands at top level that does not belong there, and no folder is empty") {
  Complaints wrong;
  for (const auto& entry : fs::directory_iterator(root())) {
    const std::string name = entry.path().filename().string();
    if (!allowed_at_top_level(name)) wrong.push_back(name + " does not belong at top level");
    if (entry.is_directory() && fs::is_empty(entry)) wrong.push_back(name + " is empty");
  }
  CHECK(joined(wrong) == "");
}

TEST_CASE("an include that points outward is found") {
  CHECK(verdict(forbidden_includes, "sim/base/a.hpp", "#include \"sim/ksm/ksmd.hpp\"\n") ==
        "sim/base/a.hpp:1: \"sim/ksm/ksmd.hpp\" does not stand above sim/base in the layers\n");
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp", "#include \"sim/host/run.hpp\"\n") != "");
  CHECK(verdict(forbidden_includes, "traces/a.cpp", "#include \"sim/mem/frame.hpp\"\n") != "");
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp", "#include \"tests/a.hpp\"\n") != "");
  CHECK(verdict(forbidden_includes, "sim/results/a.hpp", "#include \"sim/ksm/ksmd.hpp\"\n") != "");
  CHECK(verdict(forbidden_includes, "viz/a.cpp", "#include \"sim/host/run.hpp\"\n") != "");
  CHECK(verdict(forbidden_includes, "other/a.cpp", "") == "other/a.cpp:1: is in no layer\n");
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp", "#include \"ksmd.hpp\"\n") != "");
}

TEST_CASE("an include of what stands above is no fault") {
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp",
                "#include \"sim/ksm/ksmd.hpp\"\n#include \"sim/mem/frame.hpp\"\n") == "");
  CHECK(verdict(forbidden_includes, "sim/results/a.hpp",
                "#include \"sim/ksm/counters.hpp\"\n#include <cereal/cereal.hpp>\n") == "");
  CHECK(verdict(forbidden_includes, "viz/app/a.cpp", "#include \"sim/host/run.hpp\"\n") == "");
  CHECK(verdict(forbidden_includes, "cli/a.cpp", "#include \"sim/host/run.hpp\"\n") == "");
}

TEST_CASE("a library that a layer does not use is found") {
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp", "#include <vector>\n") == "");
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp", "#include <fmt/format.h>\n") ==
        "sim/ksm/a.cpp:1: <fmt/format.h> is a library that this layer does not use\n");
  CHECK(verdict(forbidden_includes, "sim/ksm/a.cpp", "#include <unistd.h>\n") != "");
  CHECK(verdict(forbidden_includes, "viz/a.cpp", "#include <zstd.h>\n") != "");
}

TEST_CASE("a forbidden word is found in code, and left alone in comments, texts and other words") {
  const auto verdict_on = [](std::string_view line) {
    return verdict(forbidden_words, "sim/mem/a.cpp", line);
  };
  CHECK(verdict_on("double x = 0;") == "sim/mem/a.cpp:1: double does not belong in sim/\n");
  CHECK(verdict_on("std::unordered_map<int, int> m;") != "");
  CHECK(verdict_on("#include <random>") != "");
  CHECK(verdict_on("int r = std::rand();") != "");
  CHECK(verdict_on("auto t = std::chrono::steady_clock::now();") != "");
  CHECK(verdict_on("int x = 0;  // Not a double.") == "");
  CHECK(verdict_on("auto t = \"double // \\\" double\";") == "");
  CHECK(verdict_on("auto t = \"x\"; double d;") != "");
  CHECK(verdict_on("int doubled = random_below;") == "");
  CHECK(verdict(forbidden_words, "viz/a.cpp", "double x = 0;") == "");
  CHECK(verdict(forbidden_words, "sim/base/check.cpp", "std::fprintf(stderr);") == "");
}

TEST_CASE("a file of 400 lines is not too long, one more is") {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "x\n";
  CHECK(verdict(too_long, "sim/a.cpp", text) == "");
  CHECK(verdict(too_long, "sim/a.cpp", text + "x\n") == "sim/a.cpp:401: more than 400 lines\n");
}

TEST_CASE("a line of 100 columns is not too wide; one more, a tab or a blank at the end is wrong") {
  const std::string wide(100, 'x');
  CHECK(verdict(untidy_lines, "a.cpp", wide) == "");
  CHECK(verdict(untidy_lines, "a.cpp", wide + "x") == "a.cpp:1: more than 100 columns\n");
  CHECK(verdict(untidy_lines, "a.cpp", std::string(99, 'x') + "\xc3\xa4") == "");
  CHECK(verdict(untidy_lines, "a.cpp", "x\n\ty\n") == "a.cpp:2: a tab\n");
  CHECK(verdict(untidy_lines, "a.cpp", "x \n") == "a.cpp:1: blanks at the end\n");
  CHECK(verdict(untidy_lines, "a.cpp", "x\r\n") == "a.cpp:1: blanks at the end\n");
}

TEST_CASE("a header without #pragma once is found") {
  CHECK(verdict(unguarded, "a.hpp", "// x\n#pragma once\n") == "");
  CHECK(verdict(unguarded, "a.hpp", "// #pragma once\n") != "");
  CHECK(verdict(unguarded, "a.cpp", "") == "");
}

TEST_CASE("a header that does not come first in its own source file is found") {
  CHECK(verdict(header_not_first, "a/b.cpp", "// x\n#include \"a/b.hpp\"\n#include <a>\n") == "");
  CHECK(verdict(header_not_first, "a/b.cpp", "#include <a>\n#include \"a/b.hpp\"\n") ==
        "a/b.cpp:1: its own header does not come first\n");
  CHECK(verdict(header_not_first, "a/b.cpp", "") != "");
}

TEST_CASE("a stranger at top level is found") {
  CHECK(allowed_at_top_level("sim"));
  CHECK(allowed_at_top_level(".clang-tidy"));
  CHECK_FALSE(allowed_at_top_level("notes.txt"));
  CHECK_FALSE(allowed_at_top_level("simulator"));
}

}  // namespace ksmsim::source_rules
