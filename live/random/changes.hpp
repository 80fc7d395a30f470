// What may happen between two batches. See Change in family.hpp.
#pragma once
#include "live/random/fills.hpp"

namespace ksmsim::live::random::changes {

inline void nothing(Scene&) {}

// Writes a piece anew. (write_changes.cpp)
template <Fill fill>
void write(Scene& scene) {
  if (const auto piece = scene.some_piece()) fill(scene, *piece);
}
void write_same(Scene& scene);  // What is there already.
void write_move(Scene& scene);  // A run from anywhere in the order.
void write_swap(Scene& scene);  // Two pages exchange contents.
void write_copy(Scene& scene);  // One page gets the content of another.
void write_pair(Scene& scene);  // Pairs of new values: searches with something to find.

// Pages and regions come and go. (memory_changes.cpp)
void discard(Scene& scene);
void unmap(Scene& scene);
void grow(Scene& scene);
void drop_value(Scene& scene);  // Every page of one content goes, or all but one.
void mergeable(Scene& scene);
void unmergeable(Scene& scene);
void read(Scene& scene);
void swap_out(Scene& scene);
void swap_all(Scene& scene);
void node(Scene& scene);
void move(Scene& scene);
void huge_on(Scene& scene);
void huge_off(Scene& scene);
void collapse(Scene& scene);
void discard_block(Scene& scene);
void write_block(Scene& scene);
void pin(Scene& scene);  // Or lets go.

// Address spaces come and go. (space_changes.cpp)
void new_space(Scene& scene);
void exit(Scene& scene);
void fork(Scene& scene);

// Knobs. (knob_changes.cpp)
void pages_to_scan(Scene& scene);
void scan_exactly(Scene& scene);  // A batch that is all pages, or a part, or none.
void toggle_zero_pages(Scene& scene);
void toggle_smart_scan(Scene& scene);
void toggle_prune(Scene& scene);
void sharing(Scene& scene);       // Refused while something is shared.
void sharing_anew(Scene& scene);  // After an unmerge.
void across_nodes(Scene& scene);
void stop(Scene& scene);
void start(Scene& scene);
void unmerge(Scene& scene);

}  // namespace ksmsim::live::random::changes
