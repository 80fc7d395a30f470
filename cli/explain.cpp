// ksmsim explain: why what is duplicated is not merged, and what would be right.
#include <memory>

#include "cli/commands.hpp"
#include "cli/run_inputs.hpp"
#include "viz/explain_view.hpp"

namespace ksmsim::cli {
namespace {

enum class Form { text, json };

// Measures how long contents live, and explains instead of summing up.
int explain(const RunArguments& arguments, Form form) {
  RunArguments measured = arguments;
  measured.lives = host::Lives::measured;
  return run_one(measured, "explain", form == Form::json ? viz::explain_json : viz::explain_text);
}

}  // namespace

void add_explain(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "explain",
      "Runs a scenario or recorded guests as `run` does, and says in bytes, in all, by class of "
      "content and by guest, why what is duplicated is not merged and what would be right; and "
      "what it would take if merged pages diverged (docs/explain.md).");
  auto arguments = std::make_shared<RunArguments>();
  auto json = std::make_shared<bool>(false);
  add_scenario_option(*command, *arguments);
  add_run_options(*command, *arguments);
  command->add_flag("--json", *json, "Print JSON: bytes and seconds");
  command->callback([command, arguments, json, &chosen] {
    note_given(*command, *arguments);
    chosen = [arguments, json] { return explain(*arguments, *json ? Form::json : Form::text); };
  });
}

}  // namespace ksmsim::cli
