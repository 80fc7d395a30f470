// What ksmsim says about itself besides --help: completion for shells and a man page, both written
// from the descriptions that the commands give with their options, so that there is one text.
#pragma once
#include <string>

#include "cli/command_line/command.hpp"

namespace ksmsim::cli {

// `completion SHELL` and `man`. Also closes the help of every command with the exit status.
void add_help_commands(Command& program, Action& chosen);

// A script for bash that completes commands, options, and the values of options that name a few;
// everything else is completed as file names. REQUIRES: it is the program.
std::string bash_completion(const Command& root);

// The man page (section 1) of the program with all its commands. REQUIRES: it is the program.
std::string man_page(const Command& root);

}  // namespace ksmsim::cli
