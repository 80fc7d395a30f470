// The reference model of KSM: what Linux 6.18 does, written as plainly as possible with maps and
// lists, to be compared with the engine counter by counter. Slow, and independent of sim/ksm and
// sim/mem.
//
// It covers one NUMA node, no swap, no huge pages, no pins, and time stands still: chains of copies
// are pruned at every search if stable_node_chains_prune_millisecs is 0, and never otherwise.
//
// Invariants:
//   (1) A page lives as long as a site maps it (shared_ptr). Its stable node does not hold it
//       (weak_ptr) and is not told of its end: such a node is stale until somebody looks at it.
//   (2) The items of an address space ascend by page. An item is in one place: nowhere, in (or left
//       over in) the unstable tree, or on one stable node.
//   (3) A stable node is in the stable tree, or one of the copies in a chain, which is in the tree.
// Units: pages; page numbers are indices in an address space.
#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "sim/input/operation.hpp"
#include "sim/ksm/counters.hpp"
#include "tests/reference/dull_tree.hpp"

namespace ksmsim::reference {

// What a write to a knob came to: refused because pages are shared, or no such value or knob. All
// other operations are taken.
enum class Answer : std::uint8_t { taken, busy, invalid };

// The numbers of /proc/PID/ksm_stat.
struct MmStat {
  std::int64_t rmap_items = 0, zero_pages = 0, merging_pages = 0;
  bool operator==(const MmStat&) const = default;
};

class DullKsm {
 public:
  // As every lockstep script begins: run 0, smart_scan 0, nobody registered, ksmd parked.
  DullKsm() = default;
  DullKsm(const DullKsm&) = delete;
  DullKsm& operator=(const DullKsm&) = delete;

  // Carries the operation out, and the batch that it causes if ksmd waited for it.
  // REQUIRES: OperationChecker accepts it; it is none of swap, huge page or pin.
  Answer apply(const input::Operation& operation);
  // One wake-up of ksmd, as `wake 1` of a lockstep script: a batch if ksmd naps and has work.
  void wake();

  // pages_scanned and pages_skipped count from the beginning.
  const ksm::Counters& counters() const { return counters_; }
  // REQUIRES: the address space lives.
  const MmStat& stat(MmId mm) const { return mms_.at(mm.value)->stat; }
  // Copies made of KSM pages by writes and unmerges (vmstat's cow_ksm).
  std::int64_t cow_ksm() const { return cow_ksm_; }

 private:
  struct StableNode;
  struct Mm;

  // A physical page. It can be a KSM page without a node: the other mappings of a page whose merge
  // was undone.
  struct Page {
    std::uint64_t content = 0;
    bool ksm = false;
    StableNode* node = nullptr;
  };
  using PagePtr = std::shared_ptr<Page>;

  enum class Holds : std::uint8_t { page, kernel_zero, ksm_zero };
  struct Site {
    Holds holds = Holds::page;
    PagePtr page;  // If it holds a page.
  };

  enum class State : std::uint8_t { none, unstable, stable };
  struct Item : TreeNode {
    Mm* mm = nullptr;
    std::uint64_t at = 0;
    std::uint32_t old_checksum = 0;
    unsigned age = 0, remaining_skips = 0;
    State state = State::none;
    std::int64_t pass = 0;       // If unstable: the pass of the tree that it was put in.
    StableNode* head = nullptr;  // If stable.
  };

  // The node of a KSM page, or a chain: a list of nodes of equal pages.
  struct StableNode : TreeNode {
    std::weak_ptr<Page> page;
    std::list<Item*> items;
    bool is_chain = false;
    std::list<StableNode*> dups;  // Of a chain.
    StableNode* chain = nullptr;  // That this node is in.
    std::list<StableNode>::iterator self;
  };

  struct Region {
    std::uint64_t end = 0;
    bool mergeable = false;
  };
  struct Mm {
    std::map<std::uint64_t, Region> regions;  // By first page; disjoint.
    std::map<std::uint64_t, Site> sites;      // What is present.
    std::list<Item> items;
    bool registered = false, merge_any = false, exited = false;
    MmStat stat;
  };
  using Ring = std::list<std::shared_ptr<Mm>>;

  struct Knobs {
    std::uint64_t run = 0, pages_to_scan = 100, max_page_sharing = 256, merge_across_nodes = 1,
                  prune_millisecs = 2000;
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

  // What guests do.
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
  template <class Other>
  void carry_out(const Other& op);
  static void cut_regions(Mm& mm, std::uint64_t at);
  void set_mergeable(Mm& mm, std::uint64_t start, std::uint64_t end, bool mergeable);
  void make_private(Mm& mm, std::uint64_t at, std::uint64_t content);
  void drop_sites(Mm& mm, std::uint64_t start, std::uint64_t end);
  void unmerge(Mm& mm, std::uint64_t start, std::uint64_t end);
  void enter_ring(const std::shared_ptr<Mm>& mm);
  Mm& living(MmId mm) { return *mms_.at(mm.value); }
  static bool is_mergeable(const Mm& mm, std::uint64_t at);
  static PagePtr mergeable_page(const Mm& mm, std::uint64_t at);

  // Knobs and ksmd's waiting.
  Answer set_knob(const input::SetKnob& op);
  Answer set_run(std::uint64_t value);
  Answer set_when_nothing_is_shared(std::uint64_t& knob, std::uint64_t value);
  void unmerge_all();
  bool remove_all_nodes();
  bool has_work() const { return knobs_.run == 1 && !ring_.empty(); }
  void take_turn();

  // The scan.
  void scan_batch();
  Item* next_item();
  Item* next_item_of(Mm& mm);
  Item& item_at(Mm& mm, std::uint64_t at);
  void enter_mm();
  void leave_mm();
  bool skip(Item& item, const Page& page);
  void process(Item& item);
  void search_unstable(Item& item);
  void merge_pair(Item& item, Item& partner);

  // Items, nodes and the stable tree.
  std::list<Item>::iterator destroy(std::list<Item>::iterator item);
  void take_out(Item& item);
  void append(Item& item, StableNode& node);
  StableNode& new_node();
  void remove_node(StableNode& node);
  bool alive(StableNode& node);
  bool has_room(const StableNode& node) const;
  Found look_at(StableNode& place, Prune prune);
  Found look_at_chain(StableNode& chain, Prune prune);
  StableNode* search_stable(const Page& page);
  StableNode& insert_stable(const PagePtr& page);

  Knobs knobs_;
  ksm::Counters counters_;
  std::int64_t cow_ksm_ = 0;
  Sleep sleep_ = Sleep::parked;

  std::map<std::uint32_t, std::shared_ptr<Mm>> mms_;  // The living.
  Ring ring_;                                         // The registered; also the exited.
  Ring::iterator cursor_ = ring_.end();               // The end stands for the list head.
  std::uint64_t cursor_at_ = 0;                       // The next page of the cursor's mm.
  bool met_mergeable_ = false;                        // In the cursor's mm, in this pass.
  std::list<Item>::iterator position_;                // In the cursor's mm.

  std::list<StableNode> nodes_;
  DullTree stable_, unstable_;
};

}  // namespace ksmsim::reference
