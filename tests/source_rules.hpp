// The rules that the source tree keeps, as functions from one file's text to complaints. Each
// complaint is one line, "PATH:LINE: what is wrong"; none is what we want. source_tree_test.cpp
// asks them about every file of the project, and about made-up files that break them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ksmsim::source_rules {

// A text file of the project: its path from the project's folder, and its lines.
struct File {
  std::string path;
  std::vector<std::string> lines;
};

using Complaints = std::vector<std::string>;

// The file with the text cut into lines.
File make_file(std::string path, std::string_view text);

// Includes that the table of layers does not permit, of our own headers and of libraries.
Complaints forbidden_includes(const File& file);
// Words that would let sim/ open files, read clocks, print, or depend on chance, on the order of
// hash tables or on floating point.
Complaints forbidden_words(const File& file);
// More lines than a file should have.
Complaints too_long(const File& file);
// Lines that are too wide, tabs, blanks at the end of lines.
Complaints untidy_lines(const File& file);
// A header that may be included twice.
Complaints unguarded(const File& file);

// A source file that includes something before its own header, which would hide that the header
// does not compile alone. `file` is one that has a header.
Complaints header_not_first(const File& file);

// Whether something of this name may stand at top level.
bool allowed_at_top_level(std::string_view name);

}  // namespace ksmsim::source_rules
