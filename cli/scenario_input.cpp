#include "cli/scenario_input.hpp"

#include <xxhash.h>

#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/files.hpp"
#include "models/scenario_file.hpp"
#include "models/toml/words.hpp"
#include "traces/trace_source.hpp"

namespace ksmsim::cli {
namespace {

namespace fs = std::filesystem;

// Opens a trace for guests that are made from it.
Result<models::OpenedTrace> open_trace(const fs::path& folder, const std::string& name) {
  const std::string path = (folder / name).string();
  auto source = traces::TraceSource::create([path] { return open_input(path); });
  if (!source) return named(source.error(), path);
  std::vector<std::string> classes = (*source)->reader().header().classes;
  return models::OpenedTrace{std::move(*source), std::move(classes)};
}

}  // namespace

Result<std::unique_ptr<models::ScenarioSource>> ScenarioInput::source() const {
  const fs::path folder = fs::path(name).parent_path();
  const auto open = [&folder](const std::string& path) { return open_trace(folder, path); };
  auto made = models::ScenarioSource::create(scenario, open);
  if (!made) return Error{name + ":" + made.error().text};
  return made;
}

Result<host::Run> ScenarioInput::begin() const {
  auto guests = source();
  if (!guests) return guests.error();
  models::Scenario begun = scenario;
  models::set_agreed_bytes(begun, (*guests)->classes());
  return host::Run::begin(std::move(begun.run), std::move(*guests));
}

Result<std::string> scenario_text(const std::string& name) {
  std::error_code ignored;
  const bool plain = name.find('/') == std::string::npos && !name.ends_with(".toml");
  if (!plain || name == "-" || fs::exists(name, ignored)) return read_file(name);
  if (const auto* shipped = models::find_shipped_scenario(name)) return std::string(shipped->text);
  std::vector<std::string_view> names;
  for (const auto& shipped : models::shipped_scenarios()) names.push_back(shipped.name);
  return Error{"there is no such file; " + models::no_such_name("shipped scenario", name, names) +
               "; `ksmsim scenarios` lists all"}
      .in(name);
}

Result<ScenarioInput> parse_scenario_input(const std::string& name, std::string text) {
  auto scenario = models::read_scenario(text);
  if (!scenario) return Error{name + ":" + scenario.error().text};
  ScenarioInput input{name, std::move(text), 0, std::move(*scenario)};
  input.hash = XXH3_64bits(input.text.data(), input.text.size());
  return Result<ScenarioInput>(std::move(input));
}

Result<ScenarioInput> read_scenario_input(const std::string& name) {
  auto text = scenario_text(name);
  if (!text) return text.error();
  return parse_scenario_input(name, std::move(*text));
}

Result<ScenarioInput> read_shipped_scenario(const models::ShippedScenario& shipped) {
  return parse_scenario_input(std::string(shipped.name), std::string(shipped.text));
}

}  // namespace ksmsim::cli
