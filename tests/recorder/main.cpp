// Carries out a lockstep script on the KSM of this machine and prints a row of counters per batch:
// what tests/data/recorded* were made with. Links statically, so that it runs in a guest without
// libraries.
//
//   usage: record [--pages] SCRIPT > ROWS
//
//   --pages   after each step also says on standard error what the pages of each address space are
//
// Exit status: 0 done; 1 the kernel, the machine or a process failed; 2 bad usage or a bad script;
// 3 KSM is in use by something else.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "live/live_lockstep.hpp"
#include "live/row_text.hpp"
#include "tests/recorder/page_report.hpp"

namespace {

using namespace ksmsim;
using live::LiveFailure;

int complain(int status, const std::string& what) {
  std::cout.flush();
  std::cerr << "record: " << what << '\n';
  return status;
}

Result<void> print(const live::LiveRow& row) {
  std::cout << live::row_text(row) << '\n';
  if (!std::cout) return Error{"standard output cannot be written"};
  return {};
}

int status_of(LiveFailure::Kind kind) {
  switch (kind) {
    case LiveFailure::Kind::machine:
      return 1;
    case LiveFailure::Kind::script:
      return 2;
    case LiveFailure::Kind::in_use:
      return 3;
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool pages = words.size() == 2 && words[0] == "--pages";
  if (words.empty() || words.size() > (pages ? 2U : 1U) || words.back().starts_with("--")) {
    return complain(2, "usage: record [--pages] SCRIPT > ROWS");
  }
  std::ifstream file(words.back());
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return complain(2, words.back() + ": cannot be read");
  const auto script = traces::parse_script(text.str(), words.back());
  if (!script) return complain(2, script.error().text);

  std::cout << live::header_text() << '\n';
  live::LiveOptions options;
  options.on_row = print;
  options.if_locked = live::IfLocked::wait;
  if (pages) options.after_step = recorder::report_pages;
  if (const auto failure = run_live(*script, options)) {
    return complain(status_of(failure->kind), failure->error.text);
  }
  std::cout.flush();
  return std::cout ? 0 : complain(1, "standard output cannot be written");
}
