#include <algorithm>

#include "live/random/changes.hpp"

namespace ksmsim::live::random::changes {

void write_same(Scene& scene) {
  constexpr std::uint64_t kMost = 8;
  const auto piece = scene.some_piece();
  if (!piece) return;
  for (std::uint64_t i = 0; i < std::min(piece->count, kMost); ++i) {
    const Piece page{piece->mm, piece->start + i, 1};
    const auto held = scene.draft.spaces().at(page.mm).at(page.start);
    if (held) scene.draft.write(page, {*held, 1});
  }
}

void write_move(Scene& scene) {
  if (const auto piece = scene.some_piece()) {
    scene.draft.write(*piece, {scene.values.anywhere(), piece->count});
  }
}

void write_swap(Scene& scene) {
  const auto a = scene.some_present(), b = scene.some_present();
  if (!a || !b) return;
  const std::uint64_t of_a = scene.content_of(*a), of_b = scene.content_of(*b);
  scene.draft.write(*a, {of_b, 1});
  scene.draft.write(*b, {of_a, 1});
}

void write_copy(Scene& scene) {
  const auto a = scene.some_present(), b = scene.some_present();
  if (a && b) scene.draft.write(*a, {scene.content_of(*b), 1});
}

void write_pair(Scene& scene) {
  for (std::uint64_t left = scene.dice.log({1, 8}); left > 0; --left) {
    const auto a = scene.some_present(), b = scene.some_present();
    if (!a || !b) return;
    const Content content{scene.values.anywhere(), 1};
    scene.draft.write(*a, content);
    scene.draft.write(*b, content);
  }
}

}  // namespace ksmsim::live::random::changes
