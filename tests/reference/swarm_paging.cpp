// The kinds of change that a Swarm plans where there is swap, more than one NUMA node, pins or huge
// pages.
#include <algorithm>

#include "tests/reference/swarm.hpp"

namespace ksmsim::reference {

NumaNode Swarm::any_node() { return NumaNode{static_cast<NumaNode::rep>(random_.below(nodes_))}; }

void Swarm::wake_up_to(std::uint64_t most) {
  const std::uint64_t wakes = random_.between(1, most);
  for (std::uint64_t i = 0; i < wakes; ++i) steps_.emplace_back(Wake{});
}

// ---- NUMA nodes.

void Swarm::set_node() {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::SetNode{range(piece), any_node()});
}

void Swarm::move() {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::Move{range(piece), any_node()});
}

// What the scan does not come to meanwhile was never away.
void Swarm::move_there_and_back() {
  const Piece piece = any_piece();
  if (piece.count == 0) return;
  plan(input::Move{range(piece), any_node()});
  wake_up_to(4);
  plan(input::Move{range(piece), any_node()});
}

// All pages of one content.
std::vector<Swarm::Piece> Swarm::pages_like(const Piece& page) {
  const std::uint64_t content = page.space->pages[page.start].content;
  std::vector<Piece> pieces;
  for (Space& space : spaces_) {
    for (std::size_t at = 0; at < space.pages.size(); ++at) {
      const Page& other = space.pages[at];
      if (other.state == Pages::present && other.content == content)
        pieces.push_back({&space, at, 1});
    }
  }
  return pieces;
}

// What random steps seldom come to: pages of one content are shared on several nodes, some by one
// site only, and then change places.
void Swarm::meet_elsewhere() {
  const Piece one = any_present_page();
  if (one.count == 0) return;
  const std::uint64_t content = one.space->pages[one.start].content;
  const std::vector<Piece> pages = pages_like(one);
  set("pages_to_scan", "400");
  for (const Piece& page : pages) {
    if (random_.chance(1, 2)) plan(input::SetNode{range(page), any_node()});
    if (random_.chance(3, 4)) write(page, {content, 1, {}});
  }
  wake_up_to(6);
  for (const Piece& page : pages) {
    if (!random_.chance(1, 3)) continue;
    write(page, {next_unique_++, 1, {}});
  }
  if (random_.chance(1, 2)) wake_up_to(2);
  for (const Piece& page : pages) {
    if (random_.chance(1, 2)) plan(input::Move{range(page), any_node()});
  }
  set_pages_to_scan();
  wake_up_to(6);
}

// ---- Swap.

void Swarm::swap_out() {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::SwapOut{range(piece)});
}

void Swarm::swap_all() { plan(input::SwapAll{}); }

void Swarm::swap_in() {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::SwapIn{range(piece)});
}

// In the unstable tree, or on a stable node, it cannot be looked at meanwhile.
void Swarm::swap_out_and_back() {
  const Piece piece = any_piece();
  if (piece.count == 0) return;
  plan(input::SwapOut{range(piece)});
  wake_up_to(4);
  plan(input::Read{range(piece), 1});
}

// What random steps seldom come to: a page that is shared while others have it in swap. When they
// read it, they map the shared page where the scan has not met it, so the kernel does not find them
// when the page is to go out again, or to move.
void Swarm::share_from_swap() {
  plan(input::SwapAll{});
  const Piece first = any_piece(), then = any_piece();
  if (first.count == 0 || then.count == 0) return;
  plan(input::Read{range(first), 1});
  wake_up_to(6);
  if (random_.chance(1, 4)) {  // Nobody has it any more but the swap cache.
    for (const Piece& page : pages_like(first)) {
      plan(input::Discard{range(page)});
      forget(page, Pages::absent);
    }
    unmerge_and_set();
  }
  plan(input::Read{range(then), 1});
  if (random_.chance(1, 2)) wake_up_to(2);
  if (nodes_ > 1 && random_.chance(1, 2)) {
    plan(input::Move{range(random_.chance(1, 2) ? first : then), any_node()});
  } else {
    plan(input::SwapAll{});
  }
}

// ---- Pins and huge pages.

void Swarm::set_pin(input::Switch pinned) {
  Piece piece = any_piece();
  piece.count = std::min<std::size_t>(piece.count, 3);
  if (piece.count > 0) plan(input::Pin{range(piece), pinned});
}

// A block of 512 pages, all of them mapped.
Swarm::Piece Swarm::any_block() {
  Space& space = *any_space();
  const std::size_t start = 512 * random_.below(most_pages_ / 512);
  const auto first = space.pages.begin() + static_cast<std::ptrdiff_t>(start);
  const bool mapped = std::none_of(first, first + 512,
                                   [](const Page& page) { return page.state == Pages::unmapped; });
  return mapped ? Piece{&space, start, 512} : Piece{};
}

void Swarm::make_huge() {
  const Piece block = any_block();
  if (block.count > 0) plan(input::Huge{range(block), input::Switch::on});
}

void Swarm::collapse() {
  const Piece block = any_block();
  if (block.count > 0) plan(input::Collapse{range(block)});
}

void Swarm::split_huge() {
  const Piece piece = any_piece();
  if (piece.count > 0) plan(input::Huge{range(piece), input::Switch::off});
}

// A huge page, as a rule, of pages of which few are like others.
void Swarm::fill_block() {
  Space& space = *any_space();
  const Piece block{&space, 512 * random_.below(most_pages_ / 512), 512};
  for (std::size_t i = 0; i < block.count; ++i) {
    if (space.pages[block.start + i].state != Pages::unmapped) continue;
    const Piece page{&space, block.start + i, 1};
    plan(input::Map{range(page), input::Mergeable::yes});
    forget(page, Pages::absent);
  }
  if (random_.chance(3, 4)) plan(input::Huge{range(block), input::Switch::on});
  write(block, {next_unique_, block.count, {}});
  next_unique_ += block.count;
  const std::uint64_t twins = random_.below(6);
  for (std::uint64_t i = 0; i < twins; ++i) {
    const std::size_t at = block.start + random_.below(512);
    write({block.space, at, 1}, {random_.chance(1, 4) ? 0 : pool_value(), 1, {}});
  }
}

}  // namespace ksmsim::reference
