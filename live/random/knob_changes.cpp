#include <algorithm>
#include <vector>

#include "live/random/changes.hpp"

namespace ksmsim::live::random::changes {

void pages_to_scan(Scene& scene) {
  scene.set("pages_to_scan", scene.dice.log({1, std::max<std::uint64_t>(2, scene.pages)}));
}

// The pages that can be met, if nothing is skipped, absent or not mergeable: so that the end of a
// pass falls on the end of a batch, or one beside it.
void scan_exactly(Scene& scene) {
  std::uint64_t present = 0;
  for (const auto& [name, pages] : scene.draft.spaces()) {
    for (const auto& [page, content] : pages) present += content.has_value() ? 1 : 0;
  }
  const std::vector<std::uint64_t> choices = {
      present, present + 1, std::max(present, std::uint64_t{1}) - 1, present / 2, present / 3, 1,
      0};
  scene.set("pages_to_scan", scene.dice.one_of(choices));
}

void toggle_zero_pages(Scene& scene) {
  scene.set("use_zero_pages", 1 - scene.knob("use_zero_pages"));
}

void toggle_smart_scan(Scene& scene) { scene.set("smart_scan", 1 - scene.knob("smart_scan")); }

void toggle_prune(Scene& scene) {
  const char* const knob = "stable_node_chains_prune_millisecs";
  scene.set(knob, scene.knob(knob) == 0 ? kNever : 0);
}

void sharing(Scene& scene) { scene.set("max_page_sharing", scene.dice.between({2, 12})); }

void sharing_anew(Scene& scene) {
  static const std::vector<std::uint64_t> kValues = {2, 3, 4, 6, 8, 20, 256};
  unmerge(scene);
  scene.set("max_page_sharing", scene.dice.one_of(kValues));
  scene.start();
}

void across_nodes(Scene& scene) {
  if (scene.dice.percent(70)) unmerge(scene);
  scene.set("merge_across_nodes", scene.dice.below(2));
  scene.start();
}

void stop(Scene& scene) { scene.stop(0); }
void start(Scene& scene) { scene.start(); }
void unmerge(Scene& scene) { scene.stop(2); }

}  // namespace ksmsim::live::random::changes
