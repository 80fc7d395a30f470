#include "live/random/spaces.hpp"

#include <algorithm>
#include <string>

namespace ksmsim::live::random {
namespace {

bool is_free(const Scene& scene, const Piece& piece) {
  const auto& mapped = scene.draft.spaces().at(piece.mm);
  const auto at = mapped.lower_bound(piece.start);
  return at == mapped.end() || at->first >= piece.start + piece.count;
}

// Calls f for pieces that make up the whole, of 1 to `most` pages each.
template <class F>
void in_pieces(Scene& scene, const Piece& whole, std::uint64_t most, F f) {
  const std::uint64_t end = whole.start + whole.count;
  for (std::uint64_t at = whole.start; at < end;) {
    const std::uint64_t n = std::min(end - at, scene.dice.log({1, most}));
    f(Piece{whole.mm, at, n});
    at += n;
  }
}

void fill(Scene& scene, const Piece& piece) {
  if (scene.dice.percent(scene.family.holes)) return;
  scene.dice.weighted(scene.family.fills)(scene, piece);
}

// Blocks that begin huge, become so, or do not.
void make_blocks(Scene& scene, const std::string& mm, std::uint64_t blocks) {
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const Piece block{mm, i * kBlock, kBlock};
    const bool huge_first = scene.dice.percent(50);
    if (huge_first) scene.draft.touch("huge", block, "on");
    in_pieces(scene, block, kBlock - 1, [&](const Piece& piece) { fill(scene, piece); });
    if (huge_first || scene.dice.percent(50)) continue;
    if (scene.dice.percent(50)) {
      scene.draft.touch("huge", block, "on");
    } else {
      scene.draft.touch("collapse", block);
    }
  }
}

}  // namespace

void make_space(Scene& scene, std::uint64_t pages) {
  const std::string mm = scene.draft.begin();
  if (scene.family.blocks.most == 0) {
    make_region(scene, {mm, scene.dice.below(2000), pages});
    return;
  }
  const std::uint64_t blocks = scene.dice.between(scene.family.blocks);
  scene.draft.map({mm, 0, blocks * kBlock + pages}, false);
  make_blocks(scene, mm, blocks);
  in_pieces(scene, {mm, blocks * kBlock, pages}, std::max<std::uint64_t>(1, pages / 3),
            [&](const Piece& piece) { fill(scene, piece); });
}

void make_region(Scene& scene, const Piece& piece) {
  if (!is_free(scene, piece)) return;
  scene.draft.map(piece, scene.family.plain && scene.dice.percent(20));
  if (scene.family.nodes > 0) {
    in_pieces(scene, piece, piece.count, [&](const Piece& part) {
      scene.draft.touch("node", part, std::to_string(scene.dice.below(scene.family.nodes)));
    });
  }
  in_pieces(scene, piece, std::max<std::uint64_t>(1, piece.count / 3),
            [&](const Piece& part) { fill(scene, part); });
}

}  // namespace ksmsim::live::random
