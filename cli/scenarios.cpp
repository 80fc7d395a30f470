// ksmsim scenarios: those that are shipped, and what they are made from.
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/model_text.hpp"
#include "cli/scenario_input.hpp"
#include "models/scenarios.hpp"

namespace ksmsim::cli {
namespace {

int list_scenarios() {
  std::size_t width = 0;
  for (const auto& one : models::shipped_scenarios()) width = std::max(width, one.name.size());
  for (const auto& one : models::shipped_scenarios()) {
    const auto input = read_shipped_scenario(one);
    if (!input) return unusable(input.error());
    fmt::print("{:<{}}  {}\n", one.name, width, input->scenario.title);
  }
  return kDone;
}

int print_scenario(const std::string& name) {
  const auto text = scenario_text(name);
  if (!text) return unusable(text.error());
  fmt::print("{}", *text);
  return kDone;
}

}  // namespace

void add_scenarios(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "scenarios",
      "Lists the scenarios that are shipped, with their titles; with a NAME it prints that one, "
      "as a beginning for one's own: ksmsim scenarios small-office > mine.toml");
  auto name = std::make_shared<std::string>();
  command->add_option("name", *name, "The scenario to print")->type_name("NAME");
  command->callback([name, &chosen] {
    chosen = [name] { return name->empty() ? list_scenarios() : print_scenario(*name); };
  });
}

void add_models(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "models",
      "What the memory of a scenario's guests can hold: each kind of [[guest.region]] with its "
      "parameters, their ranges, their defaults and where these come from. With a KIND, that one.");
  struct Options {
    std::string kind;
    bool markdown = false;
  };
  auto options = std::make_shared<Options>();
  command->add_option("kind", options->kind, "One kind of region")->type_name("KIND");
  command->add_flag("--markdown", options->markdown, "As tables for documents");
  command->callback([options, &chosen] {
    chosen = [options] {
      const auto text = model_text(options->kind, options->markdown ? Form::markdown : Form::plain);
      if (!text) return unusable(text.error());
      fmt::print("{}", *text);
      return kDone;
    };
  });
}

}  // namespace ksmsim::cli
