#include "cli/command_line/command.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <utility>

namespace ksmsim::cli {

// ---------------------------------------------------------------- an option

Option* Option::type_name(const std::string& name) {
  option_->type_name(name);
  return this;
}

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Option* Option::default_str(const std::string& text) {
  option_->default_str(text);
  return this;
}

Option* Option::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return this;
}

Option* Option::within(std::int64_t least, std::int64_t most) {
  option_->check(CLI::Range(least, most));
  return this;
}

Option* Option::check(std::function<std::string(const std::string&)> wrong) {
  option_->check(std::move(wrong));
  return this;
}

Option* Option::excludes(const Option* other) {
  option_->excludes(other->option_);
  return this;
}

Option* Option::hidden() {
  option_->group("");
  return this;
}

Option* Option::one_value_each() {
  option_->allow_extra_args(false);
  return this;
}

// ---------------------------------------------------------------- a command

Command::Command(CLI::App& app) : app_(app) {}
Command::~Command() = default;

Option* Command::keep(CLI::Option* option) { return &options_.emplace_back(option); }

Command* Command::add_subcommand(const std::string& name, const std::string& what) {
  commands_.push_back(std::make_unique<Command>(*app_.add_subcommand(name, what)));
  return commands_.back().get();
}

void Command::require_subcommand(std::size_t least, std::size_t most) {
  app_.require_subcommand(least, most);
}

void Command::callback(std::function<void()> chosen) { app_.callback(std::move(chosen)); }

Option* Command::add_option(const std::string& names, std::string& value, const std::string& what) {
  return keep(app_.add_option(names, value, what));
}

Option* Command::add_option(const std::string& names, std::uint64_t& value,
                            const std::string& what) {
  return keep(app_.add_option(names, value, what));
}

Option* Command::add_option(const std::string& names, std::vector<std::string>& values,
                            const std::string& what) {
  return keep(app_.add_option(names, values, what));
}

Option* Command::add_option(const std::string& names, std::vector<int>& values,
                            const std::string& what) {
  return keep(app_.add_option(names, values, what));
}

Option* Command::add_flag(const std::string& names, bool& given, const std::string& what) {
  return keep(app_.add_flag(names, given, what));
}

Option* Command::add_parsed(const std::string& name, const std::string& what,
                            std::function<std::optional<std::string>(const std::string&)> take) {
  const auto parse = [name, take = std::move(take)](const std::string& text) {
    if (const auto wrong = take(text)) throw CLI::ValidationError(name, *wrong);
  };
  return keep(app_.add_option_function<std::string>(name, parse, what));
}

bool Command::has(const std::string& option) const { return app_.count(option) > 0; }
bool Command::has_subcommand() const { return !app_.get_subcommands().empty(); }
std::string Command::help() const { return app_.help(); }
std::string Command::version() const { return app_.version(); }

// ---------------------------------------------------------------- the program

Program::Program(const std::string& about, const std::string& name, const std::string& version)
    : app_(std::make_unique<CLI::App>(about, name)), root_(std::make_unique<Command>(*app_)) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(0, 1);
  app_->get_formatter()->column_width(36);
}

Program::~Program() = default;

std::optional<int> Program::parse(int argc, const char* const* argv, int wrong) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& e) {  // --help, --version
    return app_->exit(e);
  } catch (const CLI::ParseError& e) {
    fmt::print(stderr, "{}: {}; see {} --help\n", app_->get_name(), e.what(), app_->get_name());
    return wrong;
  }
  return std::nullopt;
}

}  // namespace ksmsim::cli
