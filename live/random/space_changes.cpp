#include <algorithm>

#include "live/random/changes.hpp"
#include "live/random/spaces.hpp"

namespace ksmsim::live::random::changes {
namespace {

std::uint64_t mapped_pages(const Scene& scene) {
  std::uint64_t sum = 0;
  for (const auto& [name, pages] : scene.draft.spaces()) sum += pages.size();
  return sum;
}

// Huge pages make all of it slower.
std::uint64_t spaces_most(const Scene& scene) {
  return scene.family.blocks.most > 0 ? 4 : kSpacesMost;
}

}  // namespace

void new_space(Scene& scene) {
  const std::uint64_t living = scene.draft.spaces().size();
  if (living >= spaces_most(scene)) return;
  const std::uint64_t share = scene.pages / std::max<std::uint64_t>(2, living + 1);
  make_space(scene, scene.dice.log({1, std::max<std::uint64_t>(4, share)}));
}

// The last one goes seldom; then another begins, at once or after some wake-ups with nobody there.
void exit(Scene& scene) {
  const auto& spaces = scene.draft.spaces();
  if (spaces.empty() || (spaces.size() == 1 && !scene.dice.percent(20))) return;
  const auto at =
      std::next(spaces.begin(), static_cast<std::ptrdiff_t>(scene.dice.below(spaces.size())));
  const std::string mm = at->first;
  scene.draft.exit(mm);
  scene.pinned.erase(mm);
  if (!spaces.empty()) return;
  if (scene.dice.percent(50)) scene.draft.wake(scene.dice.between({1, 4}));
  make_space(scene, scene.pages);
}

void fork(Scene& scene) {
  const auto mm = scene.some_space();
  if (!mm || scene.draft.spaces().size() >= spaces_most(scene)) return;
  if (scene.family.blocks.most == 0 && mapped_pages(scene) > 8 * scene.pages) return;
  scene.forked.insert(*mm);
  scene.forked.insert(scene.draft.fork(*mm));
}

}  // namespace ksmsim::live::random::changes
