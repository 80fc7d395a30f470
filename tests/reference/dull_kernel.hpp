// What differs between the kernels that the reference model knows, as switches of its own.
#pragma once
#include <span>
#include <string_view>

namespace ksmsim::reference {

struct Kernel {
  std::string_view name;

  // Decisions.
  bool third_page = false;  // 2.6.32: see dull_first_ksm.cpp.
  bool stale_node_ends_search = false;
  bool search_before_checksum = false;
  bool chains_stay = false;  // But for a full walk that finds one copy, with room.
  bool sole_mapper_reuses = false;
  bool equal_pages_split_huge = true;  // Two equal pages of a huge page split it.
  bool split_frees_zeros = true;       // Pages of zeros of a split huge page are absent then.
  bool huge_needs_writable = false;    // One page of what is to become huge.
  bool unmerged_is_writable = false;
  // Of ksm_stat; and its zero pages are not added to ksm_zero_pages.
  bool child_inherits_numbers = false;
  bool merged_items_forget = false;  // Checksum, age and skips.

  // Knobs and counters that it has.
  bool max_kernel_pages = false;
  bool merge_across_nodes = true;
  bool max_page_sharing = true;  // And with it chains.
  bool use_zero_pages = true;
  bool zero_pages_counted = true;  // And taken back by unmerging.
  bool pages_scanned = true;
  bool general_profit = true;
  bool smart_scan = true;
  bool enable_words = false;  // "e" and "d" begin a switch.
  bool opt_in = true;         // prctl PR_SET_MEMORY_MERGE.
};

// 2.6.32, 3.13, 5.8, 6.1, 6.12, 6.16, 6.17, 6.18, 7.3.
std::span<const Kernel> kernels();

// REQUIRES: one of kernels() has this name.
const Kernel& kernel_named(std::string_view name);

}  // namespace ksmsim::reference
