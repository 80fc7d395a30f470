// Address spaces of random scripts, and their regions.
#pragma once
#include "live/random/scene.hpp"

namespace ksmsim::live::random {

// Address spaces at any time; more make scripts slow.
inline constexpr std::uint64_t kSpacesMost = 24;

// A new one with a region of about so many pages, filled as the family says.
void make_space(Scene& scene, std::uint64_t pages);
// A new region, if there is nothing mapped yet.
void make_region(Scene& scene, const Piece& piece);

}  // namespace ksmsim::live::random
