#include "tests/source_rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace ksmsim::source_rules {
namespace {

using Names = std::vector<std::string_view>;

// A row of the table of layers (docs/architecture.md).
struct Layer {
  std::string_view folder;
  Names may_include;  // Folders, with all below them, or single headers. Its own folder always.
  Names libraries;    // Beginnings of headers in <> that are not the C++ standard library's.
};

const Names kEverything = {"sim", "models", "traces", "live", "plan", "viz", "cli"};
const Names kAnyLibrary = {""};
// What results and collections of them are made of.
const Names kResults = {"sim/base",
                        "sim/results",
                        "sim/ksm/counters.hpp",
                        "sim/ksm/files.hpp",
                        "sim/ksm/knobs.hpp",
                        "sim/ksm/traits.hpp",
                        "plan"};

// A file belongs to the longest folder that it is in. sim/base holds the words of everybody.
const std::vector<Layer> kLayers = {
    {"sim/base", {}, {}},
    {"sim/des", {"sim/base"}, {}},
    {"sim/mem", {"sim/base"}, {}},
    {"sim/cost", {"sim/base"}, {}},
    {"sim/ksm", {"sim/base", "sim/mem", "sim/cost"}, {}},
    {"sim/input", {"sim/base"}, {"cereal/"}},
    {"sim/results", {"sim/base", "sim/ksm/counters.hpp", "sim/ksm/knobs.hpp"}, {"cereal/"}},
    {"sim/host", {"sim"}, {}},
    {"models", {"sim"}, {"Eigen/", "toml++/"}},
    {"traces",
     {"sim/base", "sim/input"},
     {"cereal/", "fmt/", "lzma.h", "nlohmann/", "sodium/", "xxhash.h", "zlib.h", "zstd.h",
      "zstd_errors.h"}},
    {"live",
     {"sim/base", "sim/input", "traces"},
     {"dirent.h", "fcntl.h", "linux/", "sys/", "unistd.h"}},
    {"live/random", {"sim/base", "sim/input", "traces"}, {"fmt/"}},
    {"plan", {"sim", "models", "traces"}, {"Eigen/", "boost/graph/"}},
    {"viz", kResults, {"fmt/", "nlohmann/"}},
    {"viz/app", {"sim/base", "sim/results", "sim/host/run.hpp", "plan", "viz"}, {"fmt/", "imgui"}},
    {"cli", kEverything, kAnyLibrary},
    {"tests", kEverything, kAnyLibrary},
};

constexpr std::size_t kMostLines = 400;
constexpr std::size_t kMostColumns = 100;

// Files that had more lines when the limit came, which they keep to. None may be added.
struct LongFile {
  std::string_view path;
  std::size_t lines;
};
constexpr std::array<LongFile, 0> kLongFiles{};

// Files of sim/ that may use this word all the same.
struct Word {
  std::string_view text;
  Names except_in;
};

const std::vector<Word> kForbiddenInSim = {
    // Files and clocks come in through the layers above.
    {"<fstream>", {}},
    {"<filesystem>", {}},
    {"fopen", {}},
    {"getenv", {}},
    {"system_clock", {}},
    {"steady_clock", {}},
    {"high_resolution_clock", {}},
    // Printing too; a broken promise is told on stderr.
    {"<iostream>", {}},
    {"<cstdio>", {"sim/base/check.cpp"}},
    {"cout", {}},
    {"cerr", {}},
    {"clog", {}},
    {"printf", {}},
    {"fprintf", {"sim/base/check.cpp"}},
    {"puts", {}},
    // Chance comes from RandomStream only, the same on every machine.
    {"<random>", {}},
    {"rand", {}},
    {"srand", {}},
    {"random_device", {}},
    {"mt19937", {}},
    {"uniform_int_distribution", {}},
    // The order of these differs between libraries.
    {"<unordered_map>", {}},
    {"<unordered_set>", {}},
    {"unordered_map", {}},
    {"unordered_set", {}},
    {"unordered_multimap", {}},
    {"unordered_multiset", {}},
    // Sums of these differ between compilers. Reports, which are above sim/, may use them.
    {"float", {}},
    {"double", {}},
};

const Names kTopLevel = {"CMakeLists.txt",
                         "CMakePresets.json",
                         "README.md",
                         "run",
                         "test",
                         "build",
                         "sim",
                         "models",
                         "traces",
                         "live",
                         "plan",
                         "viz",
                         "cli",
                         "tests",
                         "docs"};

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the path is `place` or something below the folder `place`.
bool is_in(std::string_view path, std::string_view place) {
  return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
}

const Layer* layer_of(std::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : kLayers) {
    if (!is_in(path, layer.folder)) continue;
    if (best == nullptr || layer.folder.size() > best->folder.size()) best = &layer;
  }
  return best;
}

// What `#include` names on this line, with its quotes or angle brackets.
std::optional<std::string_view> included(std::string_view line) {
  constexpr std::string_view kInclude = "#include ";
  if (!line.starts_with(kInclude) || line.size() < kInclude.size() + 2) return std::nullopt;
  line.remove_prefix(kInclude.size());
  const std::size_t end = line.find(line.front() == '<' ? '>' : '"', 1);
  return end == std::string_view::npos ? std::nullopt : std::optional(line.substr(0, end + 1));
}

// Why this file may not include that, or "".
std::string objection(const Layer& layer, std::string_view include) {
  const std::string_view name = include.substr(1, include.size() - 2);
  if (include.front() == '<') {
    // The standard library's names have neither a folder nor an ending.
    if (name.find_first_of("./") == std::string_view::npos) return "";
    const auto& libraries = layer.libraries;
    const bool allowed = std::any_of(libraries.begin(), libraries.end(),
                                     [name](auto begin) { return name.starts_with(begin); });
    return allowed ? "" : "is a library that this layer does not use";
  }
  const Layer* other = layer_of(name);
  if (other == nullptr) return "is not a path from the project's folder";
  if (other->folder == layer.folder) return "";
  const auto& allowed = layer.may_include;
  const bool below = std::any_of(allowed.begin(), allowed.end(),
                                 [name](auto place) { return is_in(name, place); });
  return below ? "" : "does not stand above " + std::string(layer.folder) + " in the layers";
}

// The line without comment and without what stands in double quotes.
std::string code_of(std::string_view line) {
  std::string code;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      if (line.substr(i).starts_with("//")) break;
      code += line[i];
    }
  }
  return code;
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view code, std::string_view word) {
  for (std::size_t at = code.find(word); at != std::string_view::npos;
       at = code.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_word_character(code[at - 1]);
    const bool ends = end == code.size() || !is_word_character(code[end]);
    if (begins && ends) return true;
  }
  return false;
}

// Columns that the line takes: bytes, but for those that continue a UTF-8 character.
std::size_t width(std::string_view line) {
  return static_cast<std::size_t>(std::count_if(
      line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

std::string complaint(const File& file, std::size_t index, const std::string& what) {
  return file.path + ":" + std::to_string(index + 1) + ": " + what;
}

}  // namespace

File make_file(std::string path, std::string_view text) {
  File file{std::move(path), {}};
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    file.lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return file;
}

Complaints forbidden_includes(const File& file) {
  const Layer* layer = layer_of(file.path);
  if (layer == nullptr) return {file.path + ":1: is in no layer"};
  Complaints all;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const auto include = included(file.lines[i]);
    if (!include) continue;
    const std::string why = objection(*layer, *include);
    if (!why.empty()) all.push_back(complaint(file, i, std::string(*include) + " " + why));
  }
  return all;
}

Complaints forbidden_words(const File& file) {
  Complaints all;
  if (!is_in(file.path, "sim")) return all;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string code = code_of(file.lines[i]);
    for (const Word& word : kForbiddenInSim) {
      if (!has_word(code, word.text) || contains(word.except_in, file.path)) continue;
      all.push_back(complaint(file, i, std::string(word.text) + " does not belong in sim/"));
    }
  }
  return all;
}

Complaints too_long(const File& file) {
  const auto known = std::find_if(kLongFiles.begin(), kLongFiles.end(),
                                  [&file](const LongFile& f) { return f.path == file.path; });
  const std::size_t most = known == kLongFiles.end() ? kMostLines : known->lines;
  if (file.lines.size() <= most) return {};
  return {complaint(file, most, "more than " + std::to_string(most) + " lines")};
}

Complaints untidy_lines(const File& file) {
  Complaints all;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    if (width(line) > kMostColumns) {
      all.push_back(complaint(file, i, "more than " + std::to_string(kMostColumns) + " columns"));
    }
    if (line.find('\t') != std::string::npos) all.push_back(complaint(file, i, "a tab"));
    if (line.ends_with(' ') || line.ends_with('\r')) {
      all.push_back(complaint(file, i, "blanks at the end"));
    }
  }
  return all;
}

Complaints unguarded(const File& file) {
  if (!file.path.ends_with(".hpp")) return {};
  if (std::find(file.lines.begin(), file.lines.end(), "#pragma once") != file.lines.end()) {
    return {};
  }
  return {file.path + ":1: a header without #pragma once"};
}

Complaints header_not_first(const File& file) {
  const std::string own = "#include \"" + file.path.substr(0, file.path.size() - 3) + "hpp\"";
  const auto first =
      std::find_if(file.lines.begin(), file.lines.end(),
                   [](const std::string& line) { return line.starts_with("#include"); });
  if (first != file.lines.end() && *first == own) return {};
  return {file.path + ":" + std::to_string(first - file.lines.begin() + 1) +
          ": its own header does not come first"};
}

bool allowed_at_top_level(std::string_view name) {
  return name.starts_with('.') || contains(kTopLevel, name);
}

}  // namespace ksmsim::source_rules
