// The generator of random scripts: what it promises without a real kernel.
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/script_runner.hpp"
#include "cli/verify_scripts.hpp"
#include "live/random/generate.hpp"
#include "live/random/needs.hpp"
#include "sim/base/digest.hpp"
#include "traces/script.hpp"

namespace ksmsim::live::random {
namespace {

constexpr Abilities kNothing{};

std::string script_of(std::string_view profile, std::uint64_t seed) {
  const auto text = generate(profile, seed);
  REQUIRE(text);
  return *text;
}

// The words that operations of the script begin with; of `set?` the knob too, of `huge` and `pin`
// the last word too: "huge on".
std::set<std::string> words_of(const std::string& text) {
  std::set<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string verb = line.substr(0, line.find(' '));
    found.insert(verb);
    const std::string last = line.substr(line.rfind(' ') + 1);
    if (verb == "huge" || verb == "pin" || verb == "advise")
      found.insert((verb + " ").append(last));
    if (verb == "set?" || verb == "set") found.insert(line.substr(0, line.rfind(' ')));
    if (verb == "write" && last == "zero") found.insert("write zero");
    if (line.starts_with("set run")) found.insert(line);
    if (line == "set pages_to_scan 0") found.insert(line);
  }
  return found;
}

// What the scripts of some seeds have between them.
std::set<std::string> words_of_profile(std::string_view profile) {
  constexpr std::uint64_t kSeeds = 25;
  std::set<std::string> all;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed)
    all.merge(words_of(script_of(profile, seed)));
  return all;
}

std::vector<const ksm::Traits*> all_kernels() {
  std::vector<const ksm::Traits*> all;
  std::istringstream names(ksm::known_kernels());
  for (std::string name; std::getline(names >> std::ws, name, ',');) {
    const auto traits = ksm::traits_of(name);
    REQUIRE(traits);
    all.push_back(*traits);
  }
  return all;
}

TEST_CASE("The same profile and seed give the same script, others give another") {
  std::set<std::string> texts;
  std::size_t scripts = 0;
  for (const Profile& profile : profiles()) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed, ++scripts) {
      CHECK(script_of(profile.name, seed) == script_of(profile.name, seed));
      texts.insert(script_of(profile.name, seed));
    }
  }
  CHECK(texts.size() == scripts);
}

TEST_CASE("A random script is the same on every machine") {
  Digest digest;
  digest.add(script_of("mix", 1));
  CHECK(digest.value() == 8558139536436761271u);
}

TEST_CASE("A random script says how it is made again") {
  CHECK(script_of("cow", 7).starts_with(
      "# Made by: ksmsim verify --random 1 --profile cow --seed 7\n"));
}

TEST_CASE("There is no script of an unknown profile") {
  const auto text = generate("cows", 1);
  REQUIRE(!text);
  CHECK(text.error().text.find("there is no profile 'cows'; there are static, ") == 0);
}

TEST_CASE("Every random script runs on every simulated kernel and prints its rows") {
  const auto kernels = all_kernels();
  REQUIRE(kernels.size() >= 11);
  for (const Profile& profile : profiles()) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const auto script = traces::parse_script(script_of(profile.name, seed), "script");
      REQUIRE(script);
      for (const ksm::Traits* kernel : kernels) {
        INFO(profile.name << " " << seed << " on " << kernel->kernel);
        std::size_t rows = 0;
        const auto done = cli::run_script(*script, *kernel, [&rows](int, const std::string&) {
          ++rows;
          return true;
        });
        CHECK(done);
        CHECK(rows > 20);
      }
    }
  }
}

TEST_CASE("Every random script sets how chains are pruned before there can be one") {
  for (const Profile& profile : profiles()) {
    const std::string text = script_of(profile.name, 5);
    const std::size_t pruned = text.find("\nset? stable_node_chains_prune_millisecs ");
    REQUIRE(pruned != std::string::npos);
    CHECK(pruned < text.find("\nmm "));
    CHECK(pruned < text.find("\nset run 1"));
  }
}

TEST_CASE("Each profile has what it is named for") {
  const std::map<std::string, std::vector<std::string>> wanted = {
      {"volatile", {"write"}},
      {"zero", {"write zero", "set? use_zero_pages"}},
      {"smart", {"set? smart_scan"}},
      {"edges", {"exit", "mm", "set pages_to_scan 0"}},
      {"mix", {"fork", "unmap", "discard", "advise unmergeable", "set run 2"}},
      {"stale", {"discard", "unmap", "exit"}},
      {"chains", {"set? max_page_sharing", "set? stable_node_chains_prune_millisecs"}},
      {"sharing", {"set? max_page_sharing", "set run 2"}},
      {"runs", {"set run 0", "set run 1", "set run 2"}},
      {"advise", {"advise mergeable", "advise unmergeable", "unmap"}},
      {"exits", {"exit", "mm"}},
      {"fork", {"fork", "exit"}},
      {"fork-chains", {"fork", "set? max_page_sharing"}},
      {"fork-stale", {"fork", "exit", "discard"}},
      {"fork-mix", {"fork", "advise mergeable"}},
      {"pins", {"pin on", "pin off", "fork"}},
      {"huge", {"huge on", "huge off", "collapse"}},
      {"huge-zero", {"huge on", "write zero", "set? use_zero_pages"}},
      {"huge-twins", {"huge on", "set? max_page_sharing"}},
      {"huge-fork", {"huge on", "fork"}},
      {"huge-pin", {"huge on", "pin on", "pin off"}},
      {"huge-mix", {"huge on", "collapse", "fork", "pin on"}},
      {"numa", {"node", "set? merge_across_nodes"}},
      {"numa-moves", {"node", "move"}},
      {"numa-chains", {"move", "set? max_page_sharing"}},
      {"numa-mix", {"node", "move", "fork"}},
      {"swap", {"swapout", "read"}},
      {"swap-all", {"swapall", "read"}},
      {"swap-fork", {"swapall", "swapout", "fork"}},
      {"swap-mix", {"swapall", "swapout", "fork"}},
      {"numa-swap", {"node", "move", "swapout", "swapall"}},
  };
  for (const auto& [profile, words] : wanted) {
    const auto found = words_of_profile(profile);
    for (const std::string& word : words) {
      INFO(profile << " lacks " << word);
      CHECK(found.contains(word));
    }
  }
}

TEST_CASE("A profile needs what its operations need of a machine") {
  for (const Profile& profile : profiles()) {
    INFO(profile.name);
    const auto found = words_of_profile(profile.name);
    const bool huge = found.contains("huge") || found.contains("collapse");
    CHECK(profile.needs.huge_pages == huge);
    CHECK(profile.needs.pins == found.contains("pin"));
    const bool nodes = found.contains("node") || found.contains("move") ||
                       found.contains("set? merge_across_nodes");
    CHECK(profile.needs.nodes == nodes);
    const bool swap = found.contains("swapout") || found.contains("swapall");
    CHECK(profile.needs.swap == swap);
    CHECK(profile.needs.reclaim == found.contains("swapall"));
  }
}

TEST_CASE("What a script needs of a machine is read off its operations") {
  const auto needs = [](const std::string& operation) {
    const auto script = traces::parse_script("mm a\nmap a 0 1024\n" + operation + "\n", "s");
    REQUIRE(script);
    return needs_of(*script);
  };
  CHECK(kNothing.cover(needs("write a 0 4 c:7")));
  CHECK(needs("huge a 0 512 on").huge_pages);
  CHECK(needs("collapse a 0 512").huge_pages);
  CHECK(needs("pin a 0 4 on").pins);
  CHECK(needs("move a 0 4 1").nodes);
  const Abilities all = needs("swapall");
  CHECK((all.swap && all.reclaim));
  const Abilities some = needs("swapout a 0 4");
  CHECK((some.swap && !some.reclaim));
}

TEST_CASE("Scripts that need what a machine lacks are left out, and said to be") {
  const auto given = [](const char* name, const std::string& text) {
    return cli::VerifyScript{.name = name, .family = "given", .again = "", .text = text};
  };
  std::vector<cli::VerifyScript> scripts = {given("plain", "mm a\nmap a 0 8\nrow\n"),
                                            given("huge", "mm a\nmap a 0 512\nhuge a 0 512 on\n"),
                                            given("all-out", "mm a\nmap a 0 8\nswapall\n"),
                                            given("no script", "moo\n")};
  Abilities old = kAllAbilities;  // As 5.10 has them.
  old.huge_pages = old.reclaim = false;
  const auto out = cli::leave_out(scripts, old);
  REQUIRE(out.size() == 2);
  CHECK(out[0].name == "huge");
  CHECK(out[0].needs == "huge pages");
  CHECK(out[1].name == "all-out");
  CHECK(out[1].needs == "memory.reclaim (since 5.19)");
  REQUIRE(scripts.size() == 2);  // What is no script is told when it is carried out.
  CHECK(scripts[0].name == "plain");
}

TEST_CASE("Knobs that some kernel lacks are set if they are there") {
  for (const Profile& profile : profiles()) {
    for (const std::string& word : words_of_profile(profile.name)) {
      if (word.starts_with("set ") && !word.starts_with("set run") &&
          !word.starts_with("set pages_to_scan")) {
        FAIL_CHECK(profile.name << ": " << word);
      }
    }
  }
}

}  // namespace
}  // namespace ksmsim::live::random
