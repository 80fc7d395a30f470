#include "cli/command_line/help.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <iostream>
#include <vector>

namespace ksmsim::cli {
namespace {

constexpr const char* kExitStatus =
    "0 done; 1 the run or a comparison failed; 2 wrong usage or unusable input, "
    "with one line on stderr that says what, where, and what would be right.";

// A command as it is typed after the program's name: "trace dump"; "" is the program itself.
struct Typed {
  std::string path;
  const CLI::App* app;
};

bool is_shown(const CLI::App* app) {
  return !app->get_name().empty() && !app->get_group().empty() && !app->get_disabled();
}

// The program and all its commands, each followed by its own.
std::vector<Typed> commands_of(const CLI::App& app, const std::string& path = "") {
  std::vector<Typed> all = {{path, &app}};
  for (const CLI::App* sub : app.get_subcommands(is_shown)) {
    const std::string sub_path = path.empty() ? sub->get_name() : path + " " + sub->get_name();
    for (Typed& command : commands_of(*sub, sub_path)) all.push_back(std::move(command));
  }
  return all;
}

// The options that --help shows, also those in groups (which CLI11 keeps as nameless commands).
std::vector<const CLI::Option*> options_of(const CLI::App& app) {
  auto all = app.get_options([](const CLI::Option* o) { return !o->get_group().empty(); });
  const auto groups = app.get_subcommands([](const CLI::App* a) { return a->get_name().empty(); });
  for (const CLI::App* group : groups) {
    for (const CLI::Option* option : options_of(*group)) all.push_back(option);
  }
  return all;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

// "-o", "--out": every way to type the option; none for a positional.
std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> all;
  for (const std::string& name : option.get_snames()) all.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) all.push_back("--" + name);
  return all;
}

// The values that the option names, if it takes only a few: CLI11 describes them as "{a,b}", or as
// "{a->1,b->2}" where the word stands for something.
std::vector<std::string> choices(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  std::vector<std::string> all = CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
  for (std::string& word : all) word = word.substr(0, word.find("->"));
  return all;
}

// Words for bash's compgen, in single quotes.
std::string word_list(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) {
    if (word.find_first_of(" '\\$`") != std::string::npos) continue;
    list += (list.empty() ? "" : " ") + word;
  }
  return "'" + list + "'";
}

// One branch of a `case`, or nothing if there are no words to offer.
std::string offer(const std::string& pattern, const std::vector<std::string>& words) {
  if (words.empty()) return "";
  return "      '" + pattern + "') words=" + word_list(words) + " ;;\n";
}

// Bytes of the UTF-8 character that begins with this one.
std::size_t utf8_length(unsigned char first) {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

// A UTF-8 character as roff spells it: \[u20AC].
std::string roff_character(const std::string& character) {
  unsigned code = static_cast<unsigned char>(character[0]) & (0xffu >> (character.size() + 1));
  for (const char c : character.substr(1)) {
    code = (code << 6) | (static_cast<unsigned char>(c) & 0x3fu);
  }
  return fmt::format("\\[u{:04X}]", code);
}

// Text without meaning to roff, in ASCII.
std::string roff(const std::string& text) {
  std::string out;
  bool line_begins = true;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(static_cast<unsigned char>(c));
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (length > 1) {
      out += roff_character(text.substr(i, length));
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    i += length;
  }
  return out;
}

// Text as it stands: lines of their own stay so.
std::string paragraph(const std::string& text) {
  return text.find('\n') == std::string::npos ? roff(text) + "\n"
                                              : ".nf\n" + roff(text) + "\n.fi\n";
}

// What a description says before it goes into details.
std::string first_words(const std::string& text) {
  return text.substr(0, text.find_first_of(".:\n"));
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string value_name(const CLI::Option& option) {
  if (const auto words = choices(option); !words.empty()) return CLI::detail::join(words, "|");
  const std::string& text = option.get_option_text();
  const std::string name = text.empty() ? option.get_type_name() : text;
  return name.empty() ? "VALUE" : name;
}

// The options that the manual tells of: --help once is enough.
std::vector<const CLI::Option*> manual_options(const Typed& command) {
  auto all = options_of(*command.app);
  if (!command.path.empty()) {
    all.erase(std::remove(all.begin(), all.end(), command.app->get_help_ptr()), all.end());
  }
  return all;
}

// How a command is typed: its name, and what it needs beside options.
std::string usage(const std::string& program, const Typed& command) {
  std::string line = bold(command.path.empty() ? program : program + " " + command.path);
  const auto options = manual_options(command);
  const auto named = [](const CLI::Option* o) { return o->nonpositional(); };
  if (std::any_of(options.begin(), options.end(), named)) line += " [" + italic("options") + "]";
  for (const CLI::Option* option : options) {
    if (!option->get_positional()) continue;
    const std::string more = option->get_items_expected_max() > 1 ? " ..." : "";
    const std::string name = italic(option->get_name(true)) + more;
    line += option->get_required() ? " " + name : " [" + name + "]";
  }
  if (command.app->get_subcommands(is_shown).empty()) return line;
  const std::string sub = italic("command") + " ...";
  return line + " " + (command.app->get_require_subcommand_min() > 0 ? sub : "[" + sub + "]");
}

std::string option_paragraph(const CLI::Option& option) {
  std::string names;
  for (const std::string& spelling : spellings(option)) {
    names += (names.empty() ? "" : ", ") + bold(spelling);
  }
  if (names.empty()) {
    names = italic(option.get_name(true));
  } else if (takes_value(option)) {
    names += " " + italic(value_name(option));
  }
  std::string text = option.get_description();
  if (!option.get_default_str().empty()) text += " (default: " + option.get_default_str() + ")";
  return ".TP\n" + names + "\n" + paragraph(text);
}

std::string option_paragraphs(const Typed& command) {
  std::string text;
  for (const CLI::Option* option : manual_options(command)) text += option_paragraph(*option);
  return text;
}

int print(const std::string& text) {
  std::cout << text << std::flush;
  return std::cout.good() ? 0 : 1;
}

}  // namespace

void add_help_commands(Command& program, Action& chosen) {
  CLI::App& app = program.app();
  app.footer(std::string("Exit status: ") + kExitStatus);
  CLI::App* completion =
      app.add_subcommand("completion", "Print what completes command lines; for bash: source <(" +
                                           app.get_name() + " completion bash)");
  completion->add_option("shell")
      ->description("The shell")
      ->required()
      ->check(CLI::IsMember({"bash"}));
  completion->callback(
      [&program, &chosen] { chosen = [&program] { return print(bash_completion(program)); }; });

  CLI::App* man = app.add_subcommand(
      "man", "Print the manual as a man page; to read it: " + app.get_name() + " man | man -l -");
  man->callback([&program, &chosen] { chosen = [&program] { return print(man_page(program)); }; });
}

std::string bash_completion(const Command& root) {
  const CLI::App& app = root.app();
  const std::string& program = app.get_name();
  std::string function = "_" + program;
  for (char& c : function) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }

  std::string steps;    // Which word leads into which command or option.
  std::string values;   // What to offer as the value of an option,
  std::string options;  // when an option begins,
  std::string words;    // and otherwise.
  for (const Typed& command : commands_of(app)) {
    std::vector<std::string> names;
    std::vector<std::string> others;
    for (const CLI::App* sub : command.app->get_subcommands(is_shown)) {
      others.push_back(sub->get_name());
      steps += "      '" + command.path + ":" + sub->get_name() + "') command='" +
               (command.path.empty() ? "" : command.path + " ") + sub->get_name() + "' ;;\n";
    }
    for (const CLI::Option* option : options_of(*command.app)) {
      if (option->get_positional()) {
        for (const std::string& choice : choices(*option)) others.push_back(choice);
      }
      for (const std::string& spelling : spellings(*option)) {
        names.push_back(spelling);
        if (!takes_value(*option)) continue;
        const std::string pattern = command.path + ":" + spelling;
        steps += "      '" + pattern + "') option=$command:$word ;;\n";
        values += offer(pattern, choices(*option));
      }
    }
    options += offer(command.path, names);
    words += offer(command.path, others);
  }

  return "# Completion of " + program + " for bash, written by: " + program + " completion bash\n" +
         function + R"(() {
  local current=${COMP_WORDS[COMP_CWORD]} command='' option='' words='' word i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    [[ $word != '=' ]] || continue  # bash makes three words of --option=value.
    if [[ $option ]]; then
      option=''
      continue
    fi
    case "$command:$word" in
)" + steps +
         R"(    esac
  done
  [[ $current != '=' ]] || current=''
  if [[ $option ]]; then
    case "$option" in
)" + values +
         R"(    esac
  elif [[ $current == -* ]]; then
    case "$command" in
)" + options +
         R"(    esac
  else
    case "$command" in
)" + words +
         R"(    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
# Where there is no word to offer, names of files are.
complete -o bashdefault -o default -F )" +
         function + " " + program + "\n";
}

std::string man_page(const Command& root) {
  const CLI::App& app = root.app();
  const std::string& program = app.get_name();
  std::string title = program;
  for (char& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto commands = commands_of(app);

  std::string page = ".TH " + roff(title) + " 1 \"\" \"" + roff(app.version()) + "\"\n";
  page += ".SH NAME\n" + roff(program) + " \\- " + roff(first_words(app.get_description())) + "\n";
  page += ".SH SYNOPSIS\n.nf\n";
  for (const Typed& command : commands) {
    // A command that only leads to others is seen in theirs.
    if (command.path.empty() || command.app->get_subcommands(is_shown).empty()) {
      page += usage(program, command) + "\n";
    }
  }
  page += ".fi\n.SH DESCRIPTION\n" + paragraph(app.get_description());
  page += ".SH OPTIONS\n" + option_paragraphs(commands.front());
  if (commands.size() > 1) page += ".SH COMMANDS\n";
  for (const Typed& command : commands) {
    if (command.path.empty()) continue;
    page += ".SS " + usage(program, command) + "\n";
    page += paragraph(command.app->get_description()) + option_paragraphs(command);
  }
  return page + ".SH EXIT STATUS\n" + roff(kExitStatus) + "\n";
}

}  // namespace ksmsim::cli
