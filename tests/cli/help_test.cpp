#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/command_line/help.hpp"

namespace ksmsim::cli {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

// A program with commands in commands, options of all sorts, and texts that mean something to roff.
struct Toy {
  Program program{"Predict - carefully: all\n  toy --kernel 6.18", "toy", "toy 1.2"};
  Command& app = program.root();
  Action chosen;
  std::string text;
  std::string kernel = "6.18";
  std::vector<std::string> knobs;
  bool force = false;

  Toy() {
    app.add_option("--kernel", kernel, "Behave like this Linux")
        ->one_of({"6.12", "6.18"})
        ->capture_default_str();
    app.add_option("--set", knobs, "Set a knob")->type_name("KNOB=VALUE");
    app.add_option("--secret", text, "Not for people")->hidden();
    Command* trace = app.add_subcommand("trace", "Look into traces");
    trace->require_subcommand(1, 1);
    Command* dump =
        trace->add_subcommand("dump", "Print it\n.so on, with a \\ in it \u2013 \u00e4");
    dump->add_option("file", text, "The trace")->required();
    dump->add_option("-o,--out", text, "Write to this file")->type_name("FILE");
    dump->add_flag("--force", force, "Overwrite");
    add_help_commands(app, chosen);
  }
};

// What bash offers for the last of these words, which need no quotes, blank by blank. The script
// and the question go through the environment.
std::string offered(const std::string& words) {
  const Toy toy;
  REQUIRE(setenv("TOY_SCRIPT", bash_completion(toy.app).c_str(), 1) == 0);
  REQUIRE(setenv("TOY_WORDS", words.c_str(), 1) == 0);
  // NOLINTNEXTLINE(cert-env33-c): bash is what is tested.
  FILE* bash = popen(
      "bash -c 'eval \"$TOY_SCRIPT\"; IFS=, read -ra COMP_WORDS <<< \"$TOY_WORDS,\"; "
      "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _toy; echo -n \"${COMPREPLY[*]}\"'",
      "r");
  REQUIRE(bash != nullptr);
  std::string answer;
  for (int c = std::fgetc(bash); c != EOF; c = std::fgetc(bash)) answer += static_cast<char>(c);
  REQUIRE(pclose(bash) == 0);
  return answer;
}

}  // namespace

TEST_CASE("bash completes commands, and the commands of a command") {
  CHECK(offered("toy,") == "trace completion man");
  CHECK(offered("toy,tr") == "trace");
  CHECK(offered("toy,trace,") == "dump");
  CHECK(offered("toy,completion,") == "bash");
}

TEST_CASE("bash completes the options of the command that is typed, and none that is hidden") {
  CHECK(offered("toy,--") == "--help --version --kernel --set");
  CHECK(offered("toy,trace,dump,-") == "-h --help -o --out --force");
  CHECK(offered("toy,trace,dump,x.bin,--f") == "--force");
}

TEST_CASE("bash completes the value of an option that names a few, also behind an equals sign") {
  CHECK(offered("toy,--kernel,") == "6.12 6.18");
  CHECK(offered("toy,--kernel,6.11") == "");
  CHECK(offered("toy,--kernel,=") == "6.12 6.18");
  CHECK(offered("toy,--kernel,=,6.12") == "6.12");
  CHECK(offered("toy,--kernel,6.12,tr") == "trace");
}

TEST_CASE("the value of an option is no command to bash, whatever it is called") {
  CHECK(offered("toy,--set,trace,") == "trace completion man");
  CHECK(offered("toy,--set,=,trace,") == "trace completion man");
}

TEST_CASE("bash is left to complete file names where a file is wanted") {
  CHECK(offered("toy,trace,dump,") == "");
  CHECK(offered("toy,trace,dump,-o,") == "");
  const Toy toy;
  CHECK_THAT(bash_completion(toy.app),
             EndsWith("complete -o bashdefault -o default -F _toy toy\n"));
}

TEST_CASE("the man page has every command with its arguments and options") {
  const Toy toy;
  const std::string page = man_page(toy.app);
  CHECK_THAT(page, Contains(".TH TOY 1 \"\" \"toy 1.2\"\n"));
  CHECK_THAT(page, Contains(".SH NAME\ntoy \\- Predict \\- carefully\n"));
  CHECK_THAT(page,
             Contains(".SH DESCRIPTION\n.nf\nPredict \\- carefully: all\n  toy \\-\\-kernel "));
  CHECK_THAT(page, Contains("\n\\fBtoy\\fR [\\fIoptions\\fR] [\\fIcommand\\fR ...]\n"));
  CHECK_THAT(page, Contains("\n\\fBtoy trace dump\\fR [\\fIoptions\\fR] \\fIfile\\fR\n"));
  CHECK_THAT(page,
             Contains(".TP\n\\fB\\-o\\fR, \\fB\\-\\-out\\fR \\fIFILE\\fR\nWrite to this file"));
  CHECK_THAT(page, Contains(".TP\n\\fB\\-\\-force\\fR\nOverwrite\n"));
  CHECK_THAT(page, Contains(".SS \\fBtoy trace\\fR \\fIcommand\\fR ...\nLook into traces\n"));
  CHECK_THAT(page, Contains(".SH EXIT STATUS\n"));
  CHECK_THAT(page, !Contains("secret"));
}

TEST_CASE("the man page names the values to choose from and the default") {
  const Toy toy;
  CHECK_THAT(man_page(toy.app), Contains("\\fB\\-\\-kernel\\fR \\fI6.12|6.18\\fR\n"
                                         "Behave like this Linux (default: 6.18)\n"));
}

TEST_CASE("a description cannot give orders to roff, and comes in ASCII") {
  const Toy toy;
  CHECK_THAT(man_page(toy.app),
             Contains("Print it\n\\&.so on, with a \\e in it \\[u2013] \\[u00E4]\n"));
}

TEST_CASE("completion and man are commands, and help tells the exit status") {
  const auto parsed = [](Toy& toy, std::vector<const char*> words) {
    words.insert(words.begin(), "toy");
    return toy.program.parse(static_cast<int>(words.size()), words.data(), 2);
  };
  for (const auto& words : {std::vector{"completion", "bash"}, std::vector{"man"}}) {
    Toy toy;
    CHECK(!parsed(toy, words));
    CHECK(toy.chosen != nullptr);
  }
  Toy toy;
  CHECK(parsed(toy, {"completion", "tcsh"}) == 2);
  CHECK_THAT(toy.app.help(), Contains("Exit status: 0 done"));
}

}  // namespace ksmsim::cli
