#include "cli/verify_scripts.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "cli/files.hpp"
#include "live/random/generate.hpp"
#include "live/random/needs.hpp"
#include "traces/script.hpp"

namespace ksmsim::cli {
namespace {

using live::random::Abilities;
using live::random::Profile;

constexpr std::string_view kMadeBy = "# Made by: ";  // How every random script begins.

// What it needs and the machine has not.
std::string lacking(const Abilities& needs, const Abilities& has) {
  std::string text;
  const auto add = [&text](bool lacks, const char* what) {
    if (lacks) text += (text.empty() ? "" : ", ") + std::string(what);
  };
  add(needs.huge_pages && !has.huge_pages, "huge pages");
  add(needs.pins && !has.pins, "pins");
  add(needs.nodes && !has.nodes, "two NUMA nodes");
  add(needs.swap && !has.swap, "swap on a RAM disk");
  add(needs.reclaim && !has.reclaim, "memory.reclaim (since 5.19)");
  return text;
}

// The profiles to take turns with.
Result<std::vector<std::string>> chosen(const std::string& wanted, const Abilities& has) {
  std::vector<std::string> names;
  for (const Profile& profile : live::random::profiles()) {
    const bool able = has.cover(profile.needs);
    if (wanted.empty() ? able : profile.name == wanted) names.emplace_back(profile.name);
    if (profile.name == wanted && !able) {
      return Error{fmt::format("--profile {} needs {}, which this machine lacks", wanted,
                               lacking(profile.needs, has))};
    }
  }
  if (names.empty()) return live::random::generate(wanted, 0).error().in("--profile");
  return names;
}

}  // namespace

Result<std::vector<VerifyScript>> read_scripts(const std::vector<std::string>& paths) {
  std::vector<VerifyScript> scripts;
  for (const std::string& path : paths) {
    auto text = read_file(path);
    if (!text) return text.error();
    scripts.push_back({.name = std::filesystem::path(path).stem().string(),
                       .family = "given",
                       .again = "ksmsim verify " + path,
                       .text = *std::move(text)});
  }
  return scripts;
}

Result<std::vector<VerifyScript>> make_scripts(const RandomScripts& wanted, const Abilities& has) {
  const auto names = chosen(wanted.profile, has);
  if (!names) return names.error();
  std::vector<VerifyScript> scripts;
  for (std::uint64_t seed = wanted.seed; seed - wanted.seed < wanted.count; ++seed) {
    const std::string& profile = (*names)[seed % names->size()];
    auto text = live::random::generate(profile, seed, wanted.scale);
    if (!text) return text.error();
    scripts.push_back({.name = fmt::format("{}-{}", profile, seed),
                       .family = profile,
                       .again = text->substr(kMadeBy.size(), text->find('\n') - kMadeBy.size()),
                       .text = *std::move(text)});
  }
  return scripts;
}

Abilities abilities_of(const live::Machine& machine) {
  return {.huge_pages = machine.huge_pages,
          .pins = machine.pins,
          .nodes = machine.nodes,
          .swap = machine.swap,
          .reclaim = machine.reclaim};
}

std::vector<LeftOut> leave_out(std::vector<VerifyScript>& scripts, const Abilities& has) {
  std::vector<LeftOut> out;
  std::erase_if(scripts, [&](const VerifyScript& script) {
    // What is no script is told when it is carried out.
    const auto parsed = traces::parse_script(script.text, script.name);
    if (!parsed) return false;
    const Abilities needs = live::random::needs_of(*parsed);
    if (has.cover(needs)) return false;
    out.push_back({script.name, lacking(needs, has)});
    return true;
  });
  return out;
}

std::string left_out(const Abilities& has) {
  std::string names;
  for (const Profile& profile : live::random::profiles()) {
    if (has.cover(profile.needs)) continue;
    names += (names.empty() ? "" : ", ") + std::string(profile.name);
  }
  return names;
}

}  // namespace ksmsim::cli
