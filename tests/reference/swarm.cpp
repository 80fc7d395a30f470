#include "tests/reference/swarm.hpp"

#include <algorithm>
#include <utility>

namespace ksmsim::reference {

Swarm::Swarm(std::uint64_t seed) : random_(seed, "swarm") {
  draw_machine();
  draw_profile();
  draw_acts();
  plan_start();
}

Step Swarm::next() {
  while (steps_.empty()) {
    if (spaces_.empty()) {
      begin();
    } else if (!running_ && random_.chance(1, 3)) {
      start();
    } else if (random_.chance(wakes_in_16_, 16)) {
      return Wake{};
    } else {
      plan_change();
    }
  }
  Step step = std::move(steps_.front());
  steps_.pop_front();
  return step;
}

void Swarm::draw_machine() {
  static const char* const kUsual[] = {"6.1", "6.12", "6.18", "7.3"};
  const std::uint64_t usual = random_.below(std::size(kUsual)), any = random_.below(16);
  kernel_ = any < kernels().size() ? &kernels()[any] : &kernel_named(kUsual[usual]);
  if (random_.chance(3, 8)) nodes_ = random_.chance(2, 3) ? 2 : 3;
  has_swap_ = random_.chance(3, 8);
  // These are known of kernels with recordings, and alone.
  if (kernel_->sole_mapper_reuses || !kernel_->max_page_sharing) return;
  has_pins_ = random_.chance(1, 8);
  has_huge_pages_ = random_.chance(1, 32);
  if (has_pins_ || has_huge_pages_) nodes_ = 1, has_swap_ = false;
}

void Swarm::draw_profile() {
  most_spaces_ = random_.between(1, 6);
  most_pages_ = random_.chance(1, 2) ? random_.between(2, 60) : 1 + small(59);
  longest_piece_ = small(most_pages_);
  wakes_in_16_ = random_.between(6, 14);
  plain_in_16_ = random_.chance(1, 2) ? random_.below(10) : 0;

  if (has_huge_pages_) {
    most_spaces_ = random_.between(1, 3);
    most_pages_ = random_.between(520, 1200);
    longest_piece_ = small(most_pages_);
  }
  std::uint64_t values = small(random_.chance(1, 2) ? 4 : 40);
  twins_ = !has_huge_pages_ && random_.chance(1, 10);
  if (twins_) {
    most_spaces_ = 6;
    most_pages_ = random_.between(2, 6);
    values = 1;
    for (const Act act : {&Swarm::fork, &Swarm::lead_astray}) acts_.push_back({act, 256});
  }
  // Values next to each other or anywhere, so that they stand in other orders.
  for (std::uint64_t i = 0; i < values; ++i) {
    pool_.push_back(random_.chance(1, 2) ? 1000 + i
                                         : 1 + (random_.next() >> random_.between(1, 60)));
  }
}

// Half of the kinds of change take part.
void Swarm::draw_acts() {
  const std::pair<Act, std::uint64_t> kinds[] = {
      {&Swarm::begin, 8},
      {&Swarm::fork, 6},
      {&Swarm::end, 6},
      {&Swarm::map, 10},
      {&Swarm::unmap, 6},
      {&Swarm::discard, 16},
      {&Swarm::read, 6},
      {&Swarm::advise_mergeable, 8},
      {&Swarm::advise_unmergeable, 5},
      {&Swarm::write_one_value, 24},
      {&Swarm::write_cycle, 16},
      {&Swarm::write_list, 16},
      {&Swarm::write_unique, 20},
      {&Swarm::write_zeros, 10},
      {&Swarm::write_anywhere, 24},
      {&Swarm::write_mirror, 12},
      {&Swarm::write_same_again, 12},
      {&Swarm::copy, 24},
      {&Swarm::exchange, 16},
      {&Swarm::drop_value, 10},
      {&Swarm::drop_values, 4},
      {&Swarm::lead_astray, 16},
      {&Swarm::toggle_smart_scan, 3},
      {&Swarm::toggle_zero_pages, 3},
      {&Swarm::toggle_pruning, 2},
      {&Swarm::set_pages_to_scan, 6},
      {&Swarm::set_max_page_sharing, 2},
      {&Swarm::set_merge_across_nodes, 1},
      {&Swarm::stop, 1},
      {&Swarm::start, 1},
      {&Swarm::unmerge, 1},
      {&Swarm::unmerge_and_set, 2},
      {&Swarm::set_nonsense, 2},
      {&Swarm::set_max_kernel_pages, 2},
  };
  for (const auto& [act, usual] : kinds) take_part(act, usual);
  if (kernel_->opt_in) {
    take_part(&Swarm::opt_in, 6);
    take_part(&Swarm::opt_out, 4);
  }
  if (nodes_ > 1) {
    take_part(&Swarm::set_node, 12);
    take_part(&Swarm::move, 24);
    take_part(&Swarm::move_there_and_back, 8);
    take_part(&Swarm::meet_elsewhere, 8);
    take_part(&Swarm::set_merge_across_nodes, 4);
  }
  if (has_swap_) {
    take_part(&Swarm::swap_out, 16);
    take_part(&Swarm::swap_all, 6);
    take_part(&Swarm::read, 16);
    take_part(&Swarm::swap_in, 8);
    take_part(&Swarm::swap_out_and_back, 10);
    take_part(&Swarm::share_from_swap, 6);
  }
  if (has_pins_) {
    take_part(&Swarm::pin, 16);
    take_part(&Swarm::let_go, 12);
  }
  if (has_huge_pages_) {
    take_part(&Swarm::make_huge, 24);
    take_part(&Swarm::collapse, 24);
    take_part(&Swarm::split_huge, 6);
    take_part(&Swarm::fill_block, 24);
  }
  // Without these, nothing happens for long.
  acts_.push_back({&Swarm::begin, 16});
  acts_.push_back({&Swarm::map, 32});
  acts_.push_back({&Swarm::write_one_value, 64});
  for (const Weighted& kind : acts_) weights_ += kind.weight;
}

// Or does not. The usual weight in 16 is halved or up to doubled.
void Swarm::take_part(Act act, std::uint64_t usual) {
  if (random_.chance(1, 2)) acts_.push_back({act, usual * random_.between(8, 32)});
}

// Knobs, and some memory. Sometimes ksmd runs before there is any.
void Swarm::plan_start() {
  toggle_pruning();
  set_pages_to_scan();
  if (random_.chance(2, 3)) set_max_page_sharing();
  if (random_.chance(1, 2)) set("smart_scan", "1");
  if (random_.chance(1, 2)) set("use_zero_pages", "1");
  if (nodes_ > 1 && random_.chance(3, 4)) set("merge_across_nodes", "0");
  if (twins_) return plan_twins();
  if (random_.chance(1, 8)) start();
  while (spaces_.size() < most_spaces_ && random_.chance(7, 8)) begin();
  if (random_.chance(7, 8)) start();
}

// What random steps do not come to: an undone merge, and with it a KSM page without a stable node.
// Of twins, one stands in the unstable tree while the other is merged where it is, as its search is
// led past the first; and the shared page takes no more sharers when equal twins come.
void Swarm::plan_twins() {
  const std::uint64_t value = pool_[0] + 1, higher = value + 5, lower = value - 1;
  const auto add = [this] {
    plan(input::Begin{MmId{next_mm_}, "m" + std::to_string(next_mm_)});
    spaces_.push_back({MmId{next_mm_++}, 0, std::vector<Page>(most_pages_)});
    const Piece all{&spaces_.back(), 0, most_pages_};
    plan(input::Map{range(all), input::Mergeable::yes});
    forget(all, Pages::absent);
  };
  const auto put = [this](std::size_t space, std::size_t page, std::uint64_t content) {
    write({&spaces_[space], page, 1}, {content, 1, {}});
  };
  const auto wake_twice = [this] { steps_.insert(steps_.end(), 2, Wake{}); };
  set("max_page_sharing", "2");
  set("pages_to_scan", "100");
  add();
  put(0, 0, higher);
  put(0, 1, value);
  add();
  put(1, 0, value);
  fork_of(0);
  plan(input::Discard{range({&spaces_[2], 0, 1})});
  forget({&spaces_[2], 0, 1}, Pages::absent);
  add();
  put(3, 0, value);
  fork_of(3);
  start();
  set("pages_to_scan", "1");
  wake_twice();
  put(0, 0, lower);
  wake_twice();
  put(0, 0, higher);
}

void Swarm::plan_change() {
  std::uint64_t drawn = random_.below(weights_);
  for (const auto& [act, weight] : acts_) {
    if (drawn < weight) return (this->*act)();
    drawn -= weight;
  }
}

// ---- Helpers.

void Swarm::write(const Piece& piece, input::Contents contents) {
  if (piece.count == 0) return;
  for (std::size_t i = 0; i < piece.count; ++i) {
    piece.space->pages[piece.start + i] = {Pages::present, contents.of(i)};
  }
  const auto page_class = static_cast<std::uint16_t>(random_.below(4));
  plan(input::Write{range(piece), std::move(contents), ClassId{page_class}});
}

void Swarm::forget(const Piece& piece, Pages state) {
  for (std::size_t i = 0; i < piece.count; ++i) piece.space->pages[piece.start + i] = {state, 0};
}

Swarm::Space* Swarm::any_space() { return &spaces_[random_.below(spaces_.size())]; }

// Mapped pages, present or not.
Swarm::Piece Swarm::any_piece() {
  const auto mapped = [](const Page& page) { return page.state != Pages::unmapped; };
  Space& space = *any_space();
  const auto from = space.pages.begin() + static_cast<std::ptrdiff_t>(random_.below(most_pages_));
  const auto first = std::find_if(from, space.pages.end(), mapped);
  const auto last = std::find_if_not(first, space.pages.end(), mapped);
  const auto most = std::min(longest_piece_, static_cast<std::uint64_t>(last - first));
  if (most == 0) return {};
  return {&space, static_cast<std::size_t>(first - space.pages.begin()), small(most)};
}

Swarm::Piece Swarm::any_present_page() {
  const auto present = [](const Page& page) { return page.state == Pages::present; };
  Space& space = *any_space();
  const auto from = space.pages.begin() + static_cast<std::ptrdiff_t>(random_.below(most_pages_));
  const auto first = std::find_if(from, space.pages.end(), present);
  if (first == space.pages.end()) return {};
  return {&space, static_cast<std::size_t>(first - space.pages.begin()), 1};
}

// In [1, most]; small ones are likelier. REQUIRES: most > 0.
std::uint64_t Swarm::small(std::uint64_t most) {
  return 1 + random_.below(std::max<std::uint64_t>(1, most >> random_.below(5)));
}

input::PageRange Swarm::range(const Piece& piece) {
  return {piece.space->mm, PageIndex{piece.space->base + piece.start}, PageCount{piece.count}};
}

}  // namespace ksmsim::reference
