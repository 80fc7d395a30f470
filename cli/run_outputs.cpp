#include "cli/run_outputs.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "viz/result_csv.hpp"
#include "viz/result_json.hpp"

namespace ksmsim::cli {
namespace {

std::string place_of(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored)
      .string();
}

}  // namespace

Result<void> print_whole(const std::string& text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (whole && std::fflush(stdout) == 0) return {};
  return Error{std::strerror(errno != 0 ? errno : EIO)}.in("standard output");
}

void add_output_options(Command& command, OutputPlaces& places) {
  command
      .add_option("--csv", places.csv,
                  "Write all counters at every sample; - is standard output, without a summary")
      ->type_name("FILE");
  command.add_option("--json", places.json, "Write the summary as JSON; - as above")
      ->type_name("FILE");
  command.add_flag("--force", places.force, "Write over files that are there");
}

Result<RunOutputs> RunOutputs::open(const OutputPlaces& places,
                                    const std::vector<std::string>& inputs, ResultWriter json) {
  RunOutputs outputs;
  const auto overwrite = places.force ? Overwrite::yes : Overwrite::no;
  const std::pair<const std::string&, ResultWriter> wanted[] = {
      {places.csv, viz::result_csv}, {places.json, json}, {places.out, viz::result_json}};
  std::set<std::string> read, written;
  for (const std::string& input : inputs) {
    if (!input.empty() && input != "-") read.insert(place_of(input));
  }
  for (const auto& [path, writer] : wanted) {
    if (path.empty()) continue;
    const std::string place = place_of(path);
    if (read.contains(place)) return Error{"is read, so it cannot be written"}.in(path);
    if (!written.insert(place).second) {
      return Error{"is asked for twice, for one output each"}.in(path == "-" ? "standard output"
                                                                             : path);
    }
    if (path == "-") {
      outputs.files_.push_back({nullptr, writer});
      continue;
    }
    auto file = OutputFile::create(path, overwrite);
    if (!file) return file.error();
    outputs.files_.push_back({std::make_unique<OutputFile>(std::move(*file)), writer});
  }
  return Result<RunOutputs>(std::move(outputs));
}

Result<void> RunOutputs::write(const results::RunResult& result) {
  for (auto& [file, writer] : files_) {
    if (!file) {
      if (auto r = print_whole(writer(result)); !r) return r;
      continue;
    }
    file->stream() << writer(result);
    if (auto r = file->commit(); !r) return r;
  }
  return {};
}
bool RunOutputs::to_standard_output() const {
  for (const auto& f : files_) {
    if (!f.file) return true;
  }
  return false;
}

}  // namespace ksmsim::cli
