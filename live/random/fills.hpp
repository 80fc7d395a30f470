// What pages are filled with. See Fill in family.hpp.
#pragma once
#include "live/random/scene.hpp"

namespace ksmsim::live::random::fills {

void zero(Scene& scene, const Piece& piece);
void often(Scene& scene, const Piece& piece);    // One content that comes often.
void cycle(Scene& scene, const Piece& piece);    // Several that come often, in turn.
void fresh(Scene& scene, const Piece& piece);    // What is nowhere else.
void run(Scene& scene, const Piece& piece);      // One content from anywhere in the order.
void scatter(Scene& scene, const Piece& piece);  // Contents from anywhere, page by page.
void mirror(Scene& scene, const Piece& piece);   // The same in every address space.
void overlap(Scene& scene, const Piece& piece);  // A run of values which others have in part.

}  // namespace ksmsim::live::random::fills
