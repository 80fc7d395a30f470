// The files that a result is written to, opened before the run so that a long one is not in vain.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "sim/base/result.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::cli {

// Prints all of a text to standard output, or says why not (a disk may be full).
Result<void> print_whole(const std::string& text);

// Where to; empty: nowhere, "-": standard output.
struct OutputPlaces {
  std::string csv, json, out;
  bool force = false;  // Write over what is there.
};
// Declares --csv, --json and --force. `places` live as long as the command.
void add_output_options(Command& command, OutputPlaces& places);

using ResultWriter = std::string (*)(const results::RunResult&);

class RunOutputs {
 public:
  // `inputs` are files that are read meanwhile. `json` makes what --json asks for.
  static Result<RunOutputs> open(const OutputPlaces& places, const std::vector<std::string>& inputs,
                                 ResultWriter json);

  Result<void> write(const results::RunResult& result);
  bool to_standard_output() const;

 private:
  struct File {
    std::unique_ptr<OutputFile> file;  // nullptr: standard output.
    ResultWriter writer;
  };
  std::vector<File> files_;
};

}  // namespace ksmsim::cli
