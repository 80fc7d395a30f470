// What it would take if merged pages stopped being equal: the blast radius of each class of content
// and of each group of guests.
//
// Units: pages; times in virtual nanoseconds since the start of the run. All of a Storm is read off
// the truth at one moment.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// Pages that were found if all of something were written at once, by everybody who shares it.
struct Blast {
  std::uint32_t number = 0;         // ClassId; of groups of guests: 0.
  std::string page_class;           // As far as whoever filled it in knows it; empty for groups.
  std::vector<std::string> guests;  // Who maps it merged, in the order in which they began.
  std::int64_t pages = 0;
  bool operator==(const Blast&) const = default;
};

// No more of each are kept.
inline constexpr std::size_t kBlastsMax = 10;

struct Storm {
  std::int64_t saved_pages = 0;  // Everything that is merged diverges.
  // Largest first, of equals the lower class, or the group of guests that began first.
  std::vector<Blast> classes{};  // All merged pages of a class, whoever has them.
  std::vector<Blast> groups{};   // All that exactly these guests share.
  std::int64_t at_ns = 0;
  std::optional<std::int64_t> available_kb{};  // What it stands against, if RAM is bounded.
  bool operator==(const Storm&) const = default;
};

template <Of<Blast> T, class F>
void for_each_field(T& blast, F&& f) {
  auto& [number, page_class, guests, pages] = blast;
  f("number", number);
  f("class", page_class);
  f("guests", guests);
  f("pages", pages);
}

template <Of<Storm> T, class F>
void for_each_field(T& storm, F&& f) {
  auto& [saved_pages, classes, groups, at_ns, available_kb] = storm;
  f("saved_pages", saved_pages);
  f("classes", classes);
  f("groups", groups);
  f("at_ns", at_ns);
  f("available_kb", available_kb);
}

}  // namespace ksmsim::results
