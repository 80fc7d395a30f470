// Files as the commands need them. Errors name the file.
#pragma once
#include <fstream>
#include <istream>
#include <memory>
#include <string>

#include "sim/base/result.hpp"

namespace ksmsim::cli {

// The error with the file's name in front, unless it is there already.
Error named(const Error& error, const std::string& file);

// A file to read from, or standard input for "-".
Result<std::unique_ptr<std::istream>> open_input(const std::string& path);
// All of it.
Result<std::string> read_file(const std::string& path);

enum class Overwrite { no, yes };

// A file that appears whole or not at all: written beside its place and renamed by commit(). Gone
// if it is not committed.
class OutputFile {
 public:
  // Refuses a place where something is already, unless it is a regular file and `overwrite`.
  static Result<OutputFile> create(const std::string& path, Overwrite overwrite);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) = delete;
  ~OutputFile();

  std::ostream& stream() { return stream_; }
  // Puts the file into its place. REQUIRES: not committed.
  Result<void> commit();

 private:
  OutputFile(std::string path, std::string place, std::string beside, Overwrite overwrite);

  std::string path_;    // As the user wrote it.
  std::string place_;   // Where it goes: path_ with links followed.
  std::string beside_;  // Where it is written; empty once it is committed or moved from.
  Overwrite overwrite_;
  std::ofstream stream_;
};

}  // namespace ksmsim::cli
