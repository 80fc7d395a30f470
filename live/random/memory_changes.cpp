#include <string>
#include <vector>

#include "live/random/changes.hpp"
#include "live/random/spaces.hpp"

namespace ksmsim::live::random::changes {
namespace {

void touch_some(Scene& scene, const char* verb, const char* argument = "") {
  if (const auto piece = scene.some_piece()) scene.draft.touch(verb, *piece, argument);
}

void touch_some_on_node(Scene& scene, const char* verb) {
  const std::string node = std::to_string(scene.dice.below(scene.family.nodes));
  touch_some(scene, verb, node.c_str());
}

// A block of some address space that is mapped whole, if there is one.
std::optional<Piece> some_block(Scene& scene) {
  const auto mm = scene.some_space();
  if (!mm) return std::nullopt;
  const auto& mapped = scene.draft.spaces().at(*mm);
  std::vector<Piece> blocks;
  for (std::uint64_t at = 0; at < mapped.rbegin()->first; at += kBlock) {
    const auto first = mapped.find(at), last = mapped.find(at + kBlock - 1);
    const bool whole = first != mapped.end() && last != mapped.end() &&
                       std::distance(first, last) == static_cast<std::ptrdiff_t>(kBlock) - 1;
    if (whole) blocks.push_back({*mm, at, kBlock});
  }
  if (blocks.empty()) return std::nullopt;
  return scene.dice.one_of(blocks);
}

}  // namespace

void discard(Scene& scene) {
  if (const auto piece = scene.some_piece()) scene.draft.discard(*piece);
}

void unmap(Scene& scene) {
  if (const auto piece = scene.some_piece()) scene.draft.unmap(*piece);
}

void grow(Scene& scene) {
  static const std::vector<std::uint64_t> kGaps = {0, 0, 1, 7, 600};
  const auto mm = scene.some_space();
  if (!mm) return;
  const std::uint64_t top = scene.draft.spaces().at(*mm).rbegin()->first + 1;
  make_region(scene,
              {*mm, top + scene.dice.one_of(kGaps), scene.dice.log({1, scene.pages / 8 + 1})});
}

void drop_value(Scene& scene) {
  constexpr std::size_t kMost = 20;
  const auto found = scene.some_present();
  if (!found) return;
  const std::uint64_t value = scene.content_of(*found);
  std::vector<Piece> pages;
  for (const auto& [mm, mapped] : scene.draft.spaces()) {
    for (const auto& [page, content] : mapped) {
      if (content == value && pages.size() < kMost) pages.push_back({mm, page, 1});
    }
  }
  if (scene.dice.percent(30)) pages.pop_back();
  const std::uint64_t way = scene.dice.below(3);
  for (const Piece& page : pages) {
    if (way == 0) scene.draft.discard(page);
    if (way == 1) scene.draft.write(page, scene.values.fresh(1));
    if (way == 2) scene.draft.unmap(page);
  }
}

void mergeable(Scene& scene) { touch_some(scene, "advise", "mergeable"); }
void unmergeable(Scene& scene) { touch_some(scene, "advise", "unmergeable"); }
void read(Scene& scene) { touch_some(scene, "read"); }
void swap_out(Scene& scene) { touch_some(scene, "swapout"); }
void swap_all(Scene& scene) { scene.draft.swap_all(); }
void node(Scene& scene) { touch_some_on_node(scene, "node"); }
void move(Scene& scene) { touch_some_on_node(scene, "move"); }

void huge_on(Scene& scene) {
  if (const auto block = some_block(scene)) scene.draft.touch("huge", *block, "on");
}

// Only where no other process can map the huge page: else the kernel needs debugfs to split it,
// which not every machine lets us have.
void huge_off(Scene& scene) {
  const auto piece = scene.some_piece();
  if (piece && !scene.forked.contains(piece->mm)) scene.draft.touch("huge", *piece, "off");
}

void collapse(Scene& scene) {
  if (const auto block = some_block(scene)) scene.draft.touch("collapse", *block);
}

void discard_block(Scene& scene) {
  if (const auto block = some_block(scene)) scene.draft.discard(*block);
}

void write_block(Scene& scene) {
  if (const auto block = some_block(scene)) scene.dice.weighted(scene.family.fills)(scene, *block);
}

void pin(Scene& scene) {
  auto piece = scene.some_piece({1, 4});
  if (!piece) return;
  auto& pinned = scene.pinned[piece->mm];
  if (!pinned.empty() && scene.dice.percent(60)) {
    const auto at =
        std::next(pinned.begin(), static_cast<std::ptrdiff_t>(scene.dice.below(pinned.size())));
    scene.draft.touch("pin", {piece->mm, at->first, at->second}, "off");
    pinned.erase(at);
    return;
  }
  scene.draft.touch("pin", *piece, "on");
  pinned.emplace(piece->start, piece->count);
}

}  // namespace ksmsim::live::random::changes
