// What equal contents would allow, and what stands in the way: in all, by class of content and by
// guest.
//
// Units: pages. Each page that could go is counted once. Of equal pages one stays; which one is
// drawn by the content, so that no class and no guest is favoured, and every sum over rows is the
// total.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// Why pages of equal content are not merged.
enum class WhyNot : std::uint8_t {
  changed,         // Written since its last visit, or between the last two.
  not_registered,  // Its region is not mergeable.
  skipped,         // Smart scan passes over it.
  sharing_limit,   // The KSM pages of its content are full, and no partner waits.
  not_reached,     // Not visited yet, or not often enough to be merged.
  fork_twin,       // Shares its frame with a fork; KSM finds it at most once a pass.
  switched_off,    // `run` is 0 or 2.
  other_node,      // Its equals are on other NUMA nodes, and merge_across_nodes is 0.
  pinned,          // Something else holds it, or the huge page that it is part of.
  huge_page,       // Merged before and made huge again, or equal within a huge page that stays.
  page_limit       // max_kernel_pages of Linux 2.6.32 is reached.
};
inline constexpr std::array<const char*, 11> kWhyNot{
    "changed too often",    "region not registered", "skipped by smart scan",
    "at the sharing limit", "not reached yet",       "forked pages",
    "KSM switched off",     "other NUMA node",       "pinned pages",
    "huge pages",           "at max_kernel_pages"};
static_assert(kWhyNot.size() == static_cast<std::size_t>(WhyNot::page_limit) + 1);

// What ksmd's memory of a page tells beyond the reason.
enum class Detail : std::uint8_t {
  broken,       // Was merged until it was written.
  stood_still,  // Was the same at its last visit as before, and was written since.
  restless,     // Was new or other than before at its last visit already, and was written since.
  forgotten,    // Smart scan has passed over it since, and what it was is forgotten.
  unvisited,    // Never looked at.
  seen_once     // Looked at with this content once: the next visit may merge it.
};
inline constexpr std::array<const char*, 6> kDetail{
    "merged until they were written",
    "still at their last visit, written since",
    "new or changed at their last visit, and written since",
    "passed over by smart scan since they were looked at",
    "never visited with what they hold",
    "seen once with what they hold, or waiting for a partner"};
static_assert(kDetail.size() == static_cast<std::size_t>(Detail::seen_once) + 1);
// The reason that it tells more about.
constexpr WhyNot reason_of(Detail detail) {
  const bool reached = detail != Detail::unvisited && detail != Detail::seen_once;
  return reached ? WhyNot::changed : WhyNot::not_reached;
}

// Pages of one class of content, of one guest, or of all.
struct DuplicateRow {
  std::uint32_t number = 0;  // ClassId, or MmId.
  std::string name;          // As far as whoever filled it in knows it.
  std::int64_t present_pages = 0;
  std::int64_t unregistered_pages = 0;  // Present, in a region that is not mergeable.
  std::int64_t restless_pages = 0;      // Present, mergeable, and Detail::restless, equal or not.
  std::int64_t saved_pages = 0;         // Equal to others, and merged.
  std::int64_t swapped_pages = 0;       // In swap, where ksmd does not look, and equal to others.
  std::array<std::int64_t, kWhyNot.size()> unmerged_pages{};  // By WhyNot.
  std::array<std::int64_t, kDetail.size()> detail_pages{};    // By Detail.
  bool operator==(const DuplicateRow&) const = default;
};

template <Of<DuplicateRow> T, class F>
void for_each_field(T& row, F&& f) {
  auto& [number, name, present_pages, unregistered_pages, restless_pages, saved_pages,
         swapped_pages, unmerged_pages, detail_pages] = row;
  f("number", number);
  f("name", name);
  f("present_pages", present_pages);
  f("unregistered_pages", unregistered_pages);
  f("restless_pages", restless_pages);
  f("saved_pages", saved_pages);
  f("swapped_pages", swapped_pages);
  f("unmerged_pages", unmerged_pages);
  f("detail_pages", detail_pages);
}

struct Duplicates {
  // Present pages less distinct contents, less what forks share anyway. It is what is saved and
  // what is not, by reason: possible_pages = saved_pages + the sum of unmerged_pages.
  std::int64_t possible_pages = 0;
  std::array<std::int64_t, kWhyNot.size()> unmerged_pages{};  // By WhyNot.
  // The same apart, as far as something is present (or in swap): ascending by number.
  std::vector<DuplicateRow> classes{}, guests{};
  bool operator==(const Duplicates&) const = default;
};

template <Of<Duplicates> T, class F>
void for_each_field(T& duplicates, F&& f) {
  auto& [possible_pages, unmerged_pages, classes, guests] = duplicates;
  f("possible_pages", possible_pages);
  f("unmerged_pages", unmerged_pages);
  f("classes", classes);
  f("guests", guests);
}

}  // namespace ksmsim::results
