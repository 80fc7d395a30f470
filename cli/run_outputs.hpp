// The files that a run is written to, opened before it so that a long one is not in vain.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "cli/files.hpp"
#include "cli/run_arguments.hpp"
#include "sim/base/result.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::cli {

// Prints all of a text to standard output, or says why not (a disk may be full).
Result<void> print_whole(const std::string& text);

class RunOutputs {
 public:
  static Result<RunOutputs> open(const RunArguments& arguments);

  Result<void> write(const results::RunResult& result);
  bool to_standard_output() const;

 private:
  struct File {
    std::unique_ptr<OutputFile> file;  // nullptr: standard output.
    std::string (*writer)(const results::RunResult&);
  };
  std::vector<File> files_;
};

}  // namespace ksmsim::cli
