#include "tests/reference/dull_kernel.hpp"

#include <algorithm>
#include <array>

#include "sim/base/check.hpp"

namespace ksmsim::reference {
namespace {

// From the newest back, each as the one after it but for what is said.
constexpr Kernel k7_3{.name = "7.3", .merged_items_forget = true, .enable_words = true};

constexpr Kernel k6_18 = [] {
  Kernel k = k7_3;
  k.name = "6.18";
  k.merged_items_forget = false;
  return k;
}();

constexpr Kernel k6_17 = [] {
  Kernel k = k6_18;
  k.name = "6.17";
  k.huge_needs_writable = true;
  return k;
}();

constexpr Kernel k6_16 = [] {
  Kernel k = k6_17;
  k.name = "6.16";
  k.child_inherits_numbers = true;
  return k;
}();

// With a correction of 6.17.
constexpr Kernel k6_12 = [] {
  Kernel k = k6_17;
  k.name = "6.12";
  k.enable_words = false;
  return k;
}();

constexpr Kernel k6_1 = [] {
  Kernel k = k6_12;
  k.name = "6.1";
  k.search_before_checksum = k.chains_stay = k.child_inherits_numbers = true;
  k.zero_pages_counted = k.pages_scanned = k.general_profit = k.smart_scan = k.opt_in = false;
  k.split_frees_zeros = false;
  k.unmerged_is_writable = true;
  return k;
}();

constexpr Kernel k5_8 = [] {
  Kernel k = k6_1;
  k.name = "5.8";
  k.sole_mapper_reuses = true;
  k.child_inherits_numbers = false;  // It has none of these numbers.
  return k;
}();

constexpr Kernel k3_13 = [] {
  Kernel k = k5_8;
  k.name = "3.13";
  k.sole_mapper_reuses = false;
  k.stale_node_ends_search = true;
  k.equal_pages_split_huge = k.max_page_sharing = k.use_zero_pages = false;
  return k;
}();

constexpr Kernel k2_6_32 = [] {
  Kernel k = k3_13;
  k.name = "2.6.32";
  k.third_page = k.max_kernel_pages = true;
  k.merge_across_nodes = false;
  return k;
}();

constexpr std::array kKernels{k2_6_32, k3_13, k5_8, k6_1, k6_12, k6_16, k6_17, k6_18, k7_3};

}  // namespace

std::span<const Kernel> kernels() { return kKernels; }

const Kernel& kernel_named(std::string_view name) {
  const auto found = std::find_if(kKernels.begin(), kKernels.end(),
                                  [name](const Kernel& kernel) { return kernel.name == name; });
  KSM_CHECK(found != kKernels.end());
  return *found;
}

}  // namespace ksmsim::reference
