// ksmsim show: what a run printed, and its files, from the result that it wrote.
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/run_outputs.hpp"
#include "viz/explain_view.hpp"
#include "viz/result_json.hpp"
#include "viz/summary_json.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::cli {
namespace {

struct ShowArguments {
  std::string result;
  OutputPlaces outputs;
  bool explain = false, quiet = false;
};

int show(const ShowArguments& arguments) {
  const auto text = read_file(arguments.result);
  if (!text) return unusable(text.error());
  const auto result = viz::parse_result_json(*text);
  if (!result) return unusable(result.error().in(arguments.result));
  auto outputs = RunOutputs::open(arguments.outputs, {arguments.result},
                                  arguments.explain ? viz::explain_json : viz::summary_json);
  if (!outputs) return unusable(outputs.error());
  if (!arguments.quiet && !outputs->to_standard_output()) {
    const std::string shown =
        arguments.explain ? viz::explain_text(*result) : viz::text_summary(*result);
    if (auto r = print_whole(shown); !r) return unusable(r.error());
  }
  if (auto r = outputs->write(*result); !r) return unusable(r.error());
  return kDone;
}

}  // namespace

void add_show(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "show",
      "Prints what a run printed, from the result that it wrote with --out: its summary, or what "
      "`ksmsim explain` says of it. --csv and --json write what the run itself would have written "
      "(docs/results.md).");
  auto arguments = std::make_shared<ShowArguments>();
  command->add_option("result", arguments->result, "A result: what --out of a run wrote")
      ->required()
      ->type_name("RUN.json");
  command->add_flag("--explain", arguments->explain,
                    "Explain as `ksmsim explain` does, in what is printed and in --json");
  add_output_options(*command, arguments->outputs);
  command->add_flag("--quiet", arguments->quiet, "Print nothing");
  command->callback([arguments, &chosen] { chosen = [arguments] { return show(*arguments); }; });
}

}  // namespace ksmsim::cli
