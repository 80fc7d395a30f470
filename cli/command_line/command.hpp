// Commands and their options: what may be typed, and what then happens. The only file beside the
// manual's (help.cpp) that knows CLI11, whose header costs ten times what a command costs to
// compile.
//
// A Command refers to an application of CLI11, which outlives it and all of its options. What
// options are bound to has to live until the chosen action has run.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming)
class App;
class Option;
}  // namespace CLI

namespace ksmsim::cli {

// What the chosen command does; returns the exit status.
using Action = std::function<int()>;

// One option of a command. Each function returns the option itself, so that calls can be chained.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  // How help calls the value: "FILE".
  Option* type_name(const std::string& name);
  Option* required();
  // Help shows the value that the bound variable has now, or this text, as the default.
  Option* capture_default_str();
  Option* default_str(const std::string& text);
  // Only these words are taken; help and completion list them.
  Option* one_of(const std::vector<std::string>& words);
  // Only whole numbers from `least` to `most` are taken; help says so.
  Option* within(std::int64_t least, std::int64_t most);
  // Looks at the text that was given: returns what it should be, or nothing if it is good.
  Option* check(std::function<std::string(const std::string&)> wrong);
  // Not together with the other one.
  Option* excludes(const Option* other);
  // Taken, but told to nobody.
  Option* hidden();
  // Each time it is given it takes one value, however many it may be given in all.
  Option* one_value_each();

 private:
  CLI::Option* option_;
};

// The program itself, or a command of it. Options are bound to variables, which keep their value
// where the option is not given.
class Command {
 public:
  explicit Command(CLI::App& app);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  Command* add_subcommand(const std::string& name, const std::string& what);
  // How many subcommands have to be typed.
  void require_subcommand(std::size_t least, std::size_t most);
  // Called when the command was typed, after all options are read.
  void callback(std::function<void()> chosen);

  // Names as "-o,--output"; without a dash it is a positional.
  Option* add_option(const std::string& names, std::string& value, const std::string& what);
  Option* add_option(const std::string& names, std::uint64_t& value, const std::string& what);
  Option* add_option(const std::string& names, std::vector<std::string>& values,
                     const std::string& what);
  Option* add_option(const std::string& names, std::vector<int>& values, const std::string& what);
  Option* add_flag(const std::string& names, bool& given, const std::string& what);
  // An option whose text is parsed by `take`, which returns what it should be, or nothing.
  Option* add_parsed(const std::string& name, const std::string& what,
                     std::function<std::optional<std::string>(const std::string&)> take);

  // Whether the option was given. REQUIRES: all options are read.
  bool has(const std::string& option) const;
  // Whether a subcommand was typed. REQUIRES: the same.
  bool has_subcommand() const;
  // What --help prints.
  std::string help() const;
  // The program's name and version, as --version prints it.
  std::string version() const;
  CLI::App& app() { return app_; }
  const CLI::App& app() const { return app_; }

 private:
  Option* keep(CLI::Option* option);

  CLI::App& app_;
  std::deque<Option> options_;  // Where they lie does not change.
  std::vector<std::unique_ptr<Command>> commands_;
};

// A program with commands: declares them, reads what was typed, and does it.
class Program {
 public:
  Program(const std::string& about, const std::string& name, const std::string& version);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  Command& root() { return *root_; }
  // Reads the arguments of main. Returns an exit status if everything is said: help and the
  // version are on stdout, what is wrong with the arguments is on stderr in one line (status
  // `wrong`).
  std::optional<int> parse(int argc, const char* const* argv, int wrong);

 private:
  std::unique_ptr<CLI::App> app_;
  std::unique_ptr<Command> root_;
};

}  // namespace ksmsim::cli
