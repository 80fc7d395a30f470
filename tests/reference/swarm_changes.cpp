// The kinds of change that a Swarm plans.
#include <algorithm>
#include <utility>

#include "tests/reference/swarm.hpp"

namespace ksmsim::reference {
namespace {

// No test lasts that long; 0 prunes always.
constexpr const char* kNeverPrune = "4000000000";

}  // namespace

// ---- Address spaces and regions.

void Swarm::begin() {
  if (spaces_.size() >= most_spaces_) return;
  const MmId mm{next_mm_++};
  plan(input::Begin{mm, "m" + std::to_string(mm.value)});
  std::uint64_t base = random_.chance(1, 4) ? 0 : random_.below(std::uint64_t{1} << 31);
  if (has_huge_pages_) base -= base % 512;
  spaces_.push_back({mm, base, std::vector<Page>(most_pages_)});
  const std::uint64_t fills = random_.below(4);
  for (std::uint64_t i = 0; i < fills; ++i) {
    map();
    write_one_value();
    if (has_huge_pages_) fill_block();
  }
}

void Swarm::fork() {
  if (spaces_.size() < most_spaces_) fork_of(random_.below(spaces_.size()));
}

void Swarm::fork_of(std::size_t space) {
  Space child = spaces_[space];
  const MmId parent = std::exchange(child.mm, MmId{next_mm_++});
  plan(input::Fork{parent, child.mm, "m" + std::to_string(child.mm.value)});
  spaces_.push_back(std::move(child));
}

void Swarm::end() {
  const auto at = static_cast<std::ptrdiff_t>(random_.below(spaces_.size()));
  plan(input::End{spaces_[static_cast<std::size_t>(at)].mm});
  spaces_.erase(spaces_.begin() + at);
}

// A region in the first gap behind a page drawn, filled with values or left empty.
void Swarm::map() {
  Space& space = *any_space();
  const auto unmapped = [](const Page& page) { return page.state == Pages::unmapped; };
  const auto from = space.pages.begin() + static_cast<std::ptrdiff_t>(random_.below(most_pages_));
  const auto first = std::find_if(from, space.pages.end(), unmapped);
  const auto last = std::find_if_not(first, space.pages.end(), unmapped);
  if (first == last) return;
  const auto start = static_cast<std::size_t>(first - space.pages.begin());
  const Piece piece{&space, start, random_.between(1, static_cast<std::uint64_t>(last - first))};
  const bool plain = random_.chance(plain_in_16_, 16);
  plan(input::Map{range(piece), plain ? input::Mergeable::no : input::Mergeable::yes});
  forget(piece, Pages::absent);
  if (random_.chance(3, 4)) write(piece, {pool_[0], random_.between(1, pool_.size()), {}});
}

void Swarm::unmap() {
  const Piece piece = any_piece();
  if (piece.count == 0) return;
  plan(input::Unmap{range(piece)});
  forget(piece, Pages::unmapped);
}

void Swarm::discard() {
  const Piece piece = any_piece();
  if (piece.count == 0) return;
  plan(input::Discard{range(piece)});
  forget(piece, Pages::absent);
}

void Swarm::read() {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::Read{range(piece), random_.between(1, 3)});
}

void Swarm::advise(input::Mergeable mergeable) {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::Advise{range(piece), mergeable});
}

void Swarm::opt(input::Switch merge_any) { plan(input::OptIn{any_space()->mm, merge_any}); }

// ---- Writes.

// (Draws stand in statements of their own: compilers evaluate arguments in different orders.)
void Swarm::write_one_value() {
  const Piece piece = any_piece();
  write(piece, {pool_value(), 1, {}});
}

void Swarm::write_cycle() {
  const Piece piece = any_piece();
  write(piece, {pool_value(), random_.between(1, pool_.size()), {}});
}

void Swarm::write_list() {
  const Piece piece = any_piece();
  input::Contents contents;
  for (std::size_t i = 0; i < piece.count; ++i) contents.each.push_back(pool_value());
  write(piece, std::move(contents));
}

void Swarm::write_unique() {
  const Piece piece = any_piece();
  if (piece.count == 0) return;
  write(piece, {next_unique_, piece.count, {}});
  next_unique_ += piece.count;
}

void Swarm::write_zeros() { write(any_piece(), {}); }

// Values below, between or above all others.
void Swarm::write_anywhere() {
  const Piece piece = any_piece();
  if (piece.count == 0) return;
  write(piece, {random_.next() >> random_.between(1, 60), piece.count, {}});
}

// The same in every address space.
void Swarm::write_mirror() {
  const Piece piece = any_piece();
  if (piece.count > 0) write(piece, {5000 + piece.start, piece.count, {}});
}

void Swarm::write_same_again() {
  const Piece page = any_present_page();
  if (page.count > 0) write(page, {page.space->pages[page.start].content, 1, {}});
}

void Swarm::copy() {
  const Piece from = any_present_page();
  if (from.count > 0) write(any_piece(), {from.space->pages[from.start].content, 1, {}});
}

void Swarm::exchange() {
  const Piece a = any_present_page(), b = any_present_page();
  if (a.count == 0 || b.count == 0) return;
  const std::uint64_t from_a = a.space->pages[a.start].content;
  write(a, {b.space->pages[b.start].content, 1, {}});
  write(b, {from_a, 1, {}});
}

// All pages of a value go, or all but one, so that what was merged of them is stale.
void Swarm::drop_value() {
  const Piece found = any_present_page();
  if (found.count == 0) return;
  const std::uint64_t value = found.space->pages[found.start].content;
  const std::uint64_t way = random_.below(3);
  bool keep = random_.chance(1, 3);
  for (Space& space : spaces_) {
    for (std::size_t at = 0; at < space.pages.size(); ++at) {
      const Page& page = space.pages[at];
      if (page.state != Pages::present || page.content != value) continue;
      if (std::exchange(keep, false)) continue;
      const Piece piece{&space, at, 1};
      if (way == 0) {
        plan(input::Discard{range(piece)});
        forget(piece, Pages::absent);
      } else if (way == 1) {
        plan(input::Unmap{range(piece)});
        forget(piece, Pages::unmapped);
      } else {
        write(piece, {next_unique_++, 1, {}});
      }
    }
  }
}

// Several nodes of the stable tree are stale when pages come that are to go by them.
void Swarm::drop_values() {
  const std::uint64_t values = random_.between(2, 6);
  for (std::uint64_t i = 0; i < values; ++i) drop_value();
  write_list();
}

// A page holds something else for some batches: what was put into the unstable tree before is not
// found meanwhile, and what is put there meanwhile is not found later.
void Swarm::lead_astray() {
  const Piece page = any_present_page();
  if (page.count == 0) return;
  const std::uint64_t before = page.space->pages[page.start].content;
  write(page,
        {random_.chance(1, 2) ? before + 1 : random_.next() >> random_.between(1, 60), 1, {}});
  const std::uint64_t wakes = random_.between(1, 4);
  for (std::uint64_t i = 0; i < wakes; ++i) steps_.emplace_back(Wake{});
  write(page, {before, 1, {}});
}

// ---- Knobs.

void Swarm::set(const std::string& knob, const std::string& value) {
  if (knob == "run") running_ = value == "1";
  plan(input::SetKnob{knob, value});
}

std::string Swarm::random_switch() {
  static const char* const kTexts[] = {"0",   "1",  "0",  "1", "y",      "N",
                                       "off", "on", "+1", "2", "enable", "d"};
  return kTexts[random_.below(std::size(kTexts))];
}

void Swarm::toggle_pruning() {
  set("stable_node_chains_prune_millisecs", random_.chance(1, 2) ? "0" : kNeverPrune);
}

// From a page to more than all of them.
void Swarm::set_pages_to_scan() {
  const std::uint64_t all = most_pages_ * most_spaces_;
  const bool none = random_.chance(1, 40);
  set("pages_to_scan", none ? "0" : std::to_string(small(all + all / 4 + 1)));
}

void Swarm::set_max_page_sharing() {
  const bool usual = random_.chance(1, 4);
  set("max_page_sharing", usual ? "256" : std::to_string(random_.between(2, 6)));
}

void Swarm::set_merge_across_nodes() {
  set("merge_across_nodes", random_.chance(1, 2) ? "0" : "1");
}

// Once unmerged, what is refused while pages are shared is taken.
void Swarm::unmerge_and_set() {
  unmerge();
  if (random_.chance(1, 4)) set_merge_across_nodes();
  set_max_page_sharing();
  start();
}

// Only the first KSM has it.
void Swarm::set_max_kernel_pages() {
  const bool unlimited = random_.chance(1, 3);
  set("max_kernel_pages", std::to_string(unlimited ? 0 : small(16)));
}

void Swarm::set_nonsense() {
  static const std::pair<const char*, const char*> kRefused[] = {
      {"run", "3"},
      {"run", "-1"},
      {"run", "one"},
      {"pages_to_scan", "4294967296"},
      {"pages_to_scan", " 5"},
      {"pages_to_scan", "0x10"},
      {"max_page_sharing", "1"},
      {"max_page_sharing", "2147483648"},
      {"merge_across_nodes", "2"},
      {"smart_scan", "2"},
      {"use_zero_pages", "?"},
      {"stable_node_chains_prune_millisecs", "1.5"},
      {"max_kernel_pages", "18446744073709551616"},
  };
  const auto& [knob, value] = kRefused[random_.below(std::size(kRefused))];
  plan(input::SetKnob{knob, value});
}

}  // namespace ksmsim::reference
