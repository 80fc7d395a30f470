// Huge pages: made at once or by khugepaged, split by a merge or by hand, two equal pages in one.
#include "live/random/changes.hpp"

namespace ksmsim::live::random {
namespace {

namespace c = changes;
using fills::cycle, fills::fresh, fills::often, fills::overlap, fills::zero;

// Blocks of 512 pages make these slower than others: fewer rows.
Family of_blocks(std::string_view name, std::string_view about) {
  return {.name = name,
          .about = about,
          .needs = {.huge_pages = true},
          .spaces = {1, 2},
          .pages = {4, 80},
          .blocks = {1, 2},
          .rows = {20, 45},
          .batches = {1, 4},
          .values = {3, 30},
          .quiet = {0, 4},
          .burst = {0, 3},
          .piece = {1, 40},
          .holes = 15,
          .fills = {{5, fresh}, {3, overlap}, {1, often}},
          .changes = {{6, c::huge_on},
                      {5, c::collapse},
                      {3, c::huge_off},
                      {3, c::write<often>},
                      {3, c::write<fresh>},
                      {3, c::write<overlap>},
                      {4, c::discard},
                      {1, c::discard_block},
                      {2, c::write_block},
                      {2, c::new_space},
                      {1, c::exit},
                      {1, c::read},
                      {1, c::unmerge}}};
}

template <class... Changes>
void add(Family& family, Changes... changes) {
  (family.changes.push_back(changes), ...);
}
using Entry = Weighted<Change>;

}  // namespace

std::vector<Family> huge_families() {
  Family plain = of_blocks("huge", "huge pages made and split");
  Family zeros = of_blocks("huge-zero", "zero pages in huge pages, dropped or kept by a split");
  zeros.fills.push_back({3, zero});
  add(zeros, Entry{3, c::write<zero>}, Entry{1, c::toggle_zero_pages});
  zeros.knobs = {{"use_zero_pages", {0, 1}}};
  Family twins = of_blocks("huge-twins", "equal pages in one huge page");
  twins.fills = {{3, fresh}, {2, cycle}, {2, often}};
  add(twins, Entry{4, c::write<cycle>}, Entry{2, c::write_copy});
  twins.knobs = {{"max_page_sharing", {2, 3, 256}}};
  Family forks = of_blocks("huge-fork", "huge pages that several processes map");
  add(forks, Entry{5, c::fork}, Entry{2, c::exit});
  Family pins = of_blocks("huge-pin", "a pinned page keeps its huge page whole");
  pins.needs.pins = true;
  add(pins, Entry{6, c::pin});
  Family mix = of_blocks("huge-mix", "huge pages with everything else");
  mix.needs.pins = true;
  mix.fills.push_back({2, zero});
  mix.fills.push_back({1, cycle});
  add(mix, Entry{3, c::fork}, Entry{3, c::pin}, Entry{2, c::write<zero>},
      Entry{1, c::toggle_zero_pages}, Entry{1, c::toggle_smart_scan}, Entry{1, c::pages_to_scan});
  mix.knobs = {
      {"use_zero_pages", {0, 1}}, {"smart_scan", {0, 1}}, {"max_page_sharing", {2, 3, 5, 256}}};
  return {plain, zeros, twins, forks, pins, mix};
}

}  // namespace ksmsim::live::random
