// Random work for KSM from a seed, one step at a time, to compare an engine with the reference
// model (swarm testing: each seed draws its own sizes, and which operations there are and how
// often, so that some seeds do little but one thing and others everything).
//
// A seed also draws a kernel (mostly one of those whose rows are recorded), one to three NUMA nodes
// and whether there is swap; moves between nodes and swapping come only where there is something to
// move to. Some seeds have pins, and a few have huge pages, which make all else slow.
//
// Every operation is one that OperationChecker accepts after those before it. Writes to knobs also
// have values that sysfs refuses, and such that it refuses while pages are shared, and go to knobs
// that the kernel lacks. Chain pruning is always set to 0 or to an interval that never passes,
// before there is anything to prune. The same seed gives the same steps on every machine.
//
// Sizes are small: up to 6 address spaces of up to 60 pages at a time; 3 of 1200 with huge pages.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/input/operation.hpp"
#include "tests/reference/dull_kernel.hpp"

namespace ksmsim::reference {

// ksmd is woken once, as by `wake 1` of a lockstep script.
struct Wake {
  bool operator==(const Wake&) const = default;
};

using Step = std::variant<input::Operation, Wake>;

class Swarm {
 public:
  explicit Swarm(std::uint64_t seed);

  // The next step. There is always one more.
  Step next();

  // What the machine is that carries the steps out.
  const Kernel& kernel() const { return *kernel_; }
  unsigned nodes() const { return nodes_; }
  bool has_swap() const { return has_swap_; }
  bool has_huge_pages() const { return has_huge_pages_; }
  bool has_pins() const { return has_pins_; }

 private:
  enum class Pages : std::uint8_t { unmapped, absent, present };
  struct Page {
    Pages state = Pages::unmapped;
    std::uint64_t content = 0;  // If present; as if nothing but writes changed it.
  };
  struct Space {
    MmId mm;
    std::uint64_t base = 0;  // Page index of pages[0].
    std::vector<Page> pages;
  };
  // A run of pages of a space.
  struct Piece {
    Space* space = nullptr;
    std::size_t start = 0, count = 0;
  };
  // Plans the steps of one kind of change, if it is possible now.
  using Act = void (Swarm::*)();
  struct Weighted {
    Act act;
    std::uint64_t weight;
  };

  void draw_machine();
  void draw_profile();
  void draw_acts();
  void take_part(Act act, std::uint64_t usual);
  void plan_start();
  void plan_twins();
  void plan_change();

  // Changes.
  void begin();
  void fork();
  void fork_of(std::size_t space);
  void end();
  void map();
  void unmap();
  void discard();
  void read();
  void advise_mergeable() { advise(input::Mergeable::yes); }
  void advise_unmergeable() { advise(input::Mergeable::no); }
  void opt_in() { opt(input::Switch::on); }
  void opt_out() { opt(input::Switch::off); }
  void write_one_value();
  void write_cycle();
  void write_list();
  void write_unique();
  void write_zeros();
  void write_anywhere();
  void write_mirror();
  void write_same_again();
  void copy();
  void exchange();
  void drop_value();
  void drop_values();
  void lead_astray();
  void toggle_smart_scan() { set("smart_scan", random_switch()); }
  void toggle_zero_pages() { set("use_zero_pages", random_switch()); }
  void toggle_pruning();
  void set_pages_to_scan();
  void set_max_page_sharing();
  void set_merge_across_nodes();
  void stop() { set("run", "0"); }
  void start() { set("run", "1"); }
  void unmerge() { set("run", "2"); }
  void unmerge_and_set();
  void set_nonsense();
  void set_max_kernel_pages();

  // Changes from outside (swarm_paging.cpp).
  void set_node();
  void move();
  void move_there_and_back();
  void meet_elsewhere();
  void swap_out();
  void swap_all();
  void swap_in();
  void swap_out_and_back();
  void share_from_swap();
  void pin() { set_pin(input::Switch::on); }
  void let_go() { set_pin(input::Switch::off); }
  void set_pin(input::Switch pinned);
  void make_huge();
  void collapse();
  void split_huge();
  void fill_block();

  // Helpers. A Piece is empty if there is none.
  void advise(input::Mergeable mergeable);
  void opt(input::Switch merge_any);
  void set(const std::string& knob, const std::string& value);
  void write(const Piece& piece, input::Contents contents);
  void forget(const Piece& piece, Pages state);
  Space* any_space();
  Piece any_piece();
  Piece any_present_page();
  Piece any_block();
  std::vector<Piece> pages_like(const Piece& page);
  NumaNode any_node();
  void wake_up_to(std::uint64_t most);
  std::uint64_t small(std::uint64_t most);
  std::uint64_t pool_value() { return pool_[random_.below(pool_.size())]; }
  std::string random_switch();
  static input::PageRange range(const Piece& piece);
  template <class Op>
  void plan(Op op) {
    steps_.emplace_back(input::Operation{std::move(op)});
  }

  RandomStream random_;
  std::deque<Step> steps_;  // Planned.
  std::vector<Space> spaces_;
  std::uint32_t next_mm_ = 0;
  std::uint64_t next_unique_ = std::uint64_t{1} << 41;
  bool running_ = false;

  // The machine.
  const Kernel* kernel_ = nullptr;
  unsigned nodes_ = 1;
  bool has_swap_ = false, has_huge_pages_ = false, has_pins_ = false;

  // The profile.
  bool twins_ = false;  // Begins with plan_twins.
  std::uint64_t most_spaces_ = 1, most_pages_ = 2, longest_piece_ = 1, wakes_in_16_ = 8;
  std::uint64_t plain_in_16_ = 0;    // Regions that are not mergeable.
  std::vector<std::uint64_t> pool_;  // Values of which there are duplicates.
  std::vector<Weighted> acts_;
  std::uint64_t weights_ = 0;  // Their sum.
};

}  // namespace ksmsim::reference
