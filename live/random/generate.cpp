#include "live/random/generate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "live/random/family.hpp"
#include "live/random/spaces.hpp"
#include "sim/base/check.hpp"

namespace ksmsim::live::random {
namespace {

const std::vector<Family>& families() {
  static const std::vector<Family> all = [] {
    std::vector<Family> list;
    for (auto* part : {plain_families, tree_families, fork_families, huge_families, numa_families,
                       swap_families}) {
      for (Family& family : part()) list.push_back(std::move(family));
    }
    return list;
  }();
  return all;
}

void set_knobs(Scene& scene) {
  static const std::vector<std::uint64_t> kPrune = {0, kNever};
  scene.set("stable_node_chains_prune_millisecs", scene.dice.one_of(kPrune));
  for (const FirstKnob& knob : scene.family.knobs) {
    scene.set(std::string(knob.name), scene.dice.one_of(knob.values));
  }
}

std::uint64_t mapped_pages(const Scene& scene) {
  std::uint64_t sum = 0;
  for (const auto& [name, pages] : scene.draft.spaces()) sum += pages.size();
  return sum;
}

void make_spaces(Scene& scene) {
  const std::uint64_t count = scene.dice.log(scene.family.spaces);
  const std::uint64_t share = std::max<std::uint64_t>(1, scene.pages / count);
  for (std::uint64_t i = 0; i < count; ++i) {
    make_space(scene, scene.dice.between({share / 2 + 1, share + share / 2 + 1}));
  }
}

void begin(Scene& scene) {
  set_knobs(scene);
  const bool early = scene.dice.percent(10);  // Before there is anything.
  if (early) scene.start();
  make_spaces(scene);
  const std::uint64_t pages = mapped_pages(scene);
  scene.set("pages_to_scan",
            std::max<std::uint64_t>(1, pages / scene.dice.between(scene.family.batches)));
  if (!early) scene.start();
}

void go_on(Scene& scene) {
  const Family& family = scene.family;
  const std::uint64_t goal = scene.dice.between(family.rows);
  if (const auto quiet = std::min(scene.dice.between(family.quiet), goal / 2); quiet > 0) {
    scene.draft.wake(quiet);
  }
  while (scene.draft.rows() < goal) {
    for (auto left = scene.dice.between(family.burst); left > 0 && !family.changes.empty();
         --left) {
      scene.dice.weighted(family.changes)(scene);
    }
    if (!scene.running && scene.dice.percent(60)) scene.start();
    scene.draft.wake(scene.dice.percent(70) ? 1 : scene.dice.between({2, 6}));
  }
}

}  // namespace

std::vector<Profile> profiles() {
  std::vector<Profile> list;
  for (const Family& family : families()) list.push_back({family.name, family.about, family.needs});
  return list;
}

Result<std::string> generate(std::string_view profile, std::uint64_t seed, std::uint64_t scale) {
  KSM_CHECK(scale >= 1 && scale <= kScaleMost);
  std::string known;
  for (const Family& family : families()) {
    known += (known.empty() ? "" : ", ") + std::string(family.name);
    if (family.name != profile) continue;
    Scene scene(family, seed, scale);
    scene.draft.comment(fmt::format("Made by: ksmsim verify --random 1 --profile {} --seed {}{}",
                                    profile, seed,
                                    scale == 1 ? "" : fmt::format(" --scale {}", scale)));
    begin(scene);
    go_on(scene);
    return scene.draft.text();
  }
  return Error{fmt::format("there is no profile '{}'; there are {}", profile, known)};
}

}  // namespace ksmsim::live::random
