#include "live/random/fills.hpp"

#include <algorithm>

namespace ksmsim::live::random::fills {
namespace {

constexpr std::uint64_t kMirrorFirst = std::uint64_t{1} << 30;
constexpr std::uint64_t kScatterMost = 20;

}  // namespace

void zero(Scene& scene, const Piece& piece) { scene.draft.write(piece, {0, 1}); }

void often(Scene& scene, const Piece& piece) {
  scene.draft.write(piece, {scene.values.often(), 1});
}

void cycle(Scene& scene, const Piece& piece) { scene.draft.write(piece, scene.values.cycle()); }

void fresh(Scene& scene, const Piece& piece) {
  scene.draft.write(piece, scene.values.fresh(piece.count));
}

void run(Scene& scene, const Piece& piece) {
  scene.draft.write(piece, {scene.values.anywhere(), 1});
}

void scatter(Scene& scene, const Piece& piece) {
  const std::uint64_t alone = std::min(piece.count, kScatterMost);
  for (std::uint64_t i = 0; i < alone; ++i) run(scene, {piece.mm, piece.start + i, 1});
  if (alone == piece.count) return;
  const Piece rest{piece.mm, piece.start + alone, piece.count - alone};
  scene.draft.write(rest, {scene.values.anywhere(), rest.count});
}

void mirror(Scene& scene, const Piece& piece) {
  scene.draft.write(piece, {kMirrorFirst + piece.start, piece.count});
}

void overlap(Scene& scene, const Piece& piece) {
  scene.draft.write(piece, scene.values.overlap(piece.count));
}

}  // namespace ksmsim::live::random::fills
