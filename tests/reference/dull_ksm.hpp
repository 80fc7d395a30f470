// The reference model of KSM: what Linux does, written as plainly as possible with maps and lists,
// to be compared with the engine counter by counter. Slow, and independent of sim/ksm and sim/mem.
//
// Time stands still: chains of copies are pruned at every search if
// stable_node_chains_prune_millisecs is 0, and never otherwise. What is swapped out leaves the swap
// cache at once, as with swap on a RAM disk. There is always room.
//
// Units: pages; page numbers are indices in an address space.
#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/input/operation.hpp"
#include "sim/ksm/counters.hpp"
#include "tests/reference/dull_kernel.hpp"
#include "tests/reference/dull_state.hpp"
#include "tests/reference/dull_tree.hpp"

namespace ksmsim::reference {

// What an operation came to: carried out, or for a write to a knob: refused because pages are
// shared, or no such value or knob. Also invalid: what the kernel has no call for.
enum class Answer : std::uint8_t { taken, busy, invalid };

class DullKsm {
 public:
  // As every lockstep script begins: run 0, smart_scan 0, nobody registered, ksmd parked.
  explicit DullKsm(const Kernel& kernel) : kernel_(kernel) {}
  DullKsm(const DullKsm&) = delete;
  DullKsm& operator=(const DullKsm&) = delete;

  // Carries the operation out, and the batch that it causes if ksmd waited for it.
  // REQUIRES: OperationChecker accepts it.
  Answer apply(const input::Operation& operation);
  // One wake-up of ksmd, as `wake 1` of a lockstep script: a batch if ksmd naps and has work.
  void wake();

  // pages_scanned and pages_skipped count from the beginning, and also where the kernel does not
  // show them.
  const ksm::Counters& counters() const { return counters_; }
  // REQUIRES: the address space lives.
  const MmStat& stat(MmId mm) const { return mms_.at(mm.value)->stat; }
  // Copies made of KSM pages by writes and unmerges (vmstat's cow_ksm).
  std::int64_t cow_ksm() const { return cow_ksm_; }
  // Copies made of pages in the swap cache (vmstat's ksm_swpin_copy).
  std::int64_t ksm_swpin_copy() const { return ksm_swpin_copy_; }

 private:
  using Ring = std::list<std::shared_ptr<Mm>>;

  struct Knobs {
    std::uint64_t run = 0, pages_to_scan = 100, max_page_sharing = 256, merge_across_nodes = 1,
                  prune_millisecs = 2000, max_kernel_pages = 0;
    bool smart_scan = false, use_zero_pages = false;
  };
  enum class Sleep : std::uint8_t { napping, parked };
  enum class Prune : std::uint8_t { no, yes };

  // What a look at a node of the stable tree found: the node to compare with, and what stands in
  // the tree there now. Nothing, if all of it was stale.
  struct Found {
    StableNode* place = nullptr;
    StableNode* node = nullptr;
  };
  // A site that maps a page.
  struct Mapping {
    Mm* mm = nullptr;
    std::uint64_t at = 0;
  };

  // What guests do (dull_guests.cpp).
  void carry_out(const input::Begin& op);
  void carry_out(const input::Fork& op);
  void carry_out(const input::End& op);
  void carry_out(const input::Map& op);
  void carry_out(const input::Unmap& op);
  void carry_out(const input::Advise& op);
  void carry_out(const input::OptIn& op);
  void carry_out(const input::Write& op);
  void carry_out(const input::Read& op);
  void carry_out(const input::Discard& op);
  void carry_out(const input::Observe&) {}
  void carry_out(const input::Activity&) {}
  void carry_out(const input::HostCounters&) {}
  void carry_out(const input::SetKnob&) {}  // Is none of the guests'.
  static void cut_regions(Mm& mm, std::uint64_t at);
  static void cut_block(Mm& mm, std::uint64_t at);
  void set_mergeable(Mm& mm, std::uint64_t start, std::uint64_t end, bool mergeable);
  void write(Mm& mm, std::uint64_t at, std::uint64_t content);
  void unshare(Mm& mm, std::uint64_t at);
  void drop_sites(Mm& mm, std::uint64_t start, std::uint64_t end);
  void unmerge(Mm& mm, std::uint64_t start, std::uint64_t end);
  void enter_ring(const std::shared_ptr<Mm>& mm);
  Mm& living(MmId mm) { return *mms_.at(mm.value); }
  static const Region* region_of(const Mm& mm, std::uint64_t at);
  static PagePtr new_page(const Mm& mm, std::uint64_t at, std::uint64_t content);
  static PagePtr mergeable_page(const Mm& mm, std::uint64_t at);

  // What happens to pages from outside: swap and NUMA nodes (dull_paging.cpp).
  void carry_out(const input::SwapOut& op);
  void carry_out(const input::SwapAll& op);
  void carry_out(const input::SwapIn& op);
  void carry_out(const input::SetNode& op);
  void carry_out(const input::Move& op);
  std::vector<Mapping> mappings_of(const Page& page);
  static bool kernel_finds(const Mapping& mapping, const Page& page);
  void swap_out(const PagePtr& page);
  static bool holds_all_of(const Mm& mm, const input::PageRange& range, const Page& part);
  void swap_in(Mm& mm, std::uint64_t at);
  bool can_move(const Page& page);
  void put_on_node(Page& page, NumaNode node);

  // Huge pages and pins (dull_huge.cpp).
  enum class Collapser : std::uint8_t { advice, khugepaged };
  void carry_out(const input::Huge& op);
  void carry_out(const input::Collapse& op);
  void carry_out(const input::Pin& op);
  void collapse(Mm& mm, const input::PageRange& range, Collapser by);
  bool can_collapse(const Mm& mm, std::uint64_t block, Collapser by);
  void collapse_block(Mm& mm, std::uint64_t block);
  std::vector<PagePtr> parts_of(const Page& part);
  bool split(const Page& part);
  long pins_of(const Page& page) const;
  bool is_pinned(const Page& page) const;
  void share_with_child(Mm& parent, Mm& child);

  // Knobs and ksmd's waiting (dull_knobs.cpp).
  Answer set_knob(const input::SetKnob& op);
  Answer set_run(std::uint64_t value);
  Answer set_when_nothing_is_shared(std::uint64_t& knob, std::uint64_t value);
  bool has_knob(const std::string& knob) const;
  Answer set_switch(const std::string& text, bool& knob) const;
  void unmerge_all();
  bool has_work() const { return knobs_.run == 1 && !ring_.empty(); }
  void take_turn();

  // The scan (dull_scan.cpp).
  void scan_batch();
  void begin_pass();
  Item* next_item();
  Item* next_item_of(Mm& mm);
  Item& item_at(Mm& mm, std::uint64_t at);
  void enter_mm();
  void leave_mm();
  bool skip(Item& item, const Page& page);
  std::list<Item>::iterator destroy(std::list<Item>::iterator item);

  // What becomes of a page (dull_ksm.cpp).
  void process(Item& item);
  bool is_settled_alone(Item& item, const PagePtr& page);
  Item* search_unstable(Item& item, const PagePtr& page);
  bool can_replace(const Item& item, const PagePtr& page);
  void merge_pair(Item& item, const PagePtr& page, Item& partner);
  void take_out(Item& item);
  void append(Item& item, StableNode& node);
  void forget(Item& item) const;
  unsigned tree_of(const Page& page) const;
  static std::uint32_t checksum(std::uint64_t content);

  // The same in the first kernel, 2.6.32 (dull_first_ksm.cpp).
  void process_first(Item& item);
  void merge_pair_first(Item& item, Item& partner);
  StableNode* search_stable_first(const Page& page);
  StableNode* insert_stable_first(const Page& page, Item& item);
  bool has_sharer_first(StableNode& node);
  void append_first(Item& item, StableNode& node);
  void forget_first(Item& item);

  // Stable trees (dull_stable.cpp).
  StableNode& new_node();
  void remove_node(StableNode& node);
  void take_from_place(StableNode& node);
  void put_to_migrate(StableNode& node);
  bool alive(StableNode& node);
  bool has_room(const StableNode& node) const;
  Found look_at(StableNode& place, Prune prune);
  Found look_at_chain(StableNode& chain, Prune prune);
  StableNode& chain_at(const Found& found);
  void add_to_chain(StableNode& chain, StableNode& node);
  StableNode* search_stable(const Page& page);
  StableNode* found_equal(const Page& page, const Found& found);
  StableNode* insert_stable(const PagePtr& page);
  bool remove_all_nodes();
  bool remove_place(StableNode& place);
  bool remove_unmapped(StableNode& node);

  const Kernel kernel_;
  Knobs knobs_;
  ksm::Counters counters_;
  std::int64_t cow_ksm_ = 0, ksm_swpin_copy_ = 0;
  Sleep sleep_ = Sleep::parked;

  std::uint64_t families_ = 0;
  std::map<std::uint32_t, std::shared_ptr<Mm>> mms_;  // The living.
  Ring ring_;                                         // The registered; also the exited.
  Ring::iterator cursor_ = ring_.end();               // The end stands for the list head.
  std::uint64_t cursor_at_ = 0;                       // The next page of the cursor's mm.
  bool met_mergeable_ = false;                        // In the cursor's mm, in this pass.
  std::list<Item>::iterator position_;                // In the cursor's mm.

  std::list<StableNode> nodes_;
  std::map<unsigned, DullTree> stable_, unstable_;  // By NUMA node, or all in 0.
  std::list<StableNode*> migrate_;
};

}  // namespace ksmsim::reference
