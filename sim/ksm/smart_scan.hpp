// Smart scan: pages that never merge are visited less and less often (mm/ksm.c since 6.7).
//
// What is remembered of a page are two numbers, which an engine keeps where it wants: `age`, how
// often it was met (8 bits, saturating), and `skips_left` (8 at most).
#pragma once
#include <cstdint>

namespace ksmsim::ksm {

// How many meetings a page of this age is passed over, next time.
constexpr std::uint8_t skip_budget(std::uint8_t age) {
  if (age <= 3) return 1;
  if (age <= 5) return 2;
  if (age <= 8) return 4;
  return 8;
}

// Counts a meeting with an ordinary page and tells whether it is to be passed over.
// REQUIRES: smart_scan is on, the page is not a KSM page.
template <class Item>
constexpr bool should_skip(Item& item) {
  const std::uint8_t age = item.age;
  if (age != 255) ++item.age;
  if (age < 3) return false;  // Young pages get the chance to go through both trees.
  if (item.skips_left == 0) {
    item.skips_left = skip_budget(age) & 15;
    return false;
  }
  --item.skips_left;
  return true;
}

// Whether the page was passed over at the last meeting. (A visit leaves a fresh budget, a skip
// takes of it.)
template <class Item>
constexpr bool was_skipped(const Item& item) {
  return item.age > 3 && item.skips_left != skip_budget(static_cast<std::uint8_t>(item.age - 1));
}

}  // namespace ksmsim::ksm
