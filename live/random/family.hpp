// A family of random scripts: how its address spaces look at first, and what may change between
// batches, with weights. Families are data; what a change is stands in changes.hpp.
#pragma once
#include <string_view>
#include <vector>

#include "live/random/abilities.hpp"
#include "live/random/dice.hpp"

namespace ksmsim::live::random {

struct Scene;
struct Piece;

// Fills a piece with content.
using Fill = void (*)(Scene&, const Piece&);
// One thing that happens between two batches; may find nothing to do.
using Change = void (*)(Scene&);

// A knob that is set first, to one of the values.
struct FirstKnob {
  std::string_view name;
  std::vector<std::uint64_t> values;
};

struct Family {
  std::string_view name;
  std::string_view about;  // In a few words, for people.
  Abilities needs = {};
  Range spaces = {1, 1};    // Address spaces at first.
  Range pages = {20, 200};  // Of all of them.
  Range blocks = {0, 0};    // Of 512 pages, in each; beside pages.
  Range rows = {30, 70};    // The script ends after so many.
  Range batches = {2, 8};   // In a pass, about.
  Range values = {5, 40};   // That come often.
  Range quiet = {0, 8};     // Batches before the first change.
  Range burst = {0, 2};     // Changes between two batches.
  Range piece = {1, 12};    // Pages that a change touches.
  std::uint64_t holes = 0;  // Percent of pieces that are not written at first.
  std::uint64_t nodes = 0;  // NUMA nodes that pages come from; 0: not said.
  bool plain = false;       // Some regions are not mergeable at first.
  std::vector<Weighted<Fill>> fills = {};
  std::vector<Weighted<Change>> changes = {};
  std::vector<FirstKnob> knobs = {};
};

// The families of each of the files *_families.cpp.
std::vector<Family> plain_families();
std::vector<Family> tree_families();
std::vector<Family> fork_families();
std::vector<Family> huge_families();
std::vector<Family> numa_families();
std::vector<Family> swap_families();

}  // namespace ksmsim::live::random
