#include "tests/bench/ksm_case.hpp"

#include <utility>

#include "sim/base/random.hpp"

namespace ksmsim::bench {
namespace {

constexpr std::uint64_t kSmall = 10'000;
constexpr std::uint64_t kMiddle = 100'000;
constexpr std::uint64_t kLarge = 1'000'000;

// Floors: so many times as fast as ksmd.
constexpr double kFirstPass = 10;
constexpr double kUnshared = 8;  // Of 1 million pages.
constexpr double kMerging = 8;
constexpr double kMerged = 5;

void add_unique(std::vector<KsmCase>& all) {
  for (const std::uint64_t pages : {kSmall, kMiddle, kLarge}) {
    all.push_back({.kind = "first", .name = "first pass", .pages = pages, .floor = kFirstPass});
  }
  all.push_back({.kind = "rewritten",
                 .name = "every page rewritten before the pass",
                 .contents = Contents::rewritten,
                 .pages = kMiddle,
                 .pass = 1,
                 .again = Again::next_pass});
  for (const std::uint64_t pages : {kSmall, kMiddle, kLarge}) {
    all.push_back({.kind = "unshared",
                   .name = "rescan of unshared pages, random order",
                   .pages = pages,
                   .pass = 2,
                   .again = Again::next_pass,
                   .floor = pages == kLarge ? kUnshared : 0});
  }
  for (const std::uint64_t pages : {kSmall, kMiddle}) {
    all.push_back({.kind = "ascending",
                   .name = "rescan of unshared pages, ascending",
                   .contents = Contents::ascending,
                   .pages = pages,
                   .pass = 2,
                   .again = Again::next_pass});
  }
}

void add_groups(std::vector<KsmCase>& all) {
  struct Size {
    std::uint64_t group, pages;
  };
  constexpr Size kSizes[] = {{2, kSmall},  {2, kMiddle},  {2, kLarge},
                             {16, kSmall}, {16, kMiddle}, {200, kMiddle}};
  for (const auto& [group, pages] : kSizes) {
    all.push_back({.kind = "merged",
                   .name = "rescan of merged pages, " + std::to_string(group) + " a content",
                   .contents = Contents::groups,
                   .group = group,
                   .pages = pages,
                   .pass = 2,
                   .again = Again::next_pass,
                   .floor = kMerged});
  }
  for (const auto& [group, pages] : kSizes) {
    all.push_back({.kind = "merging",
                   .name = "merging pass, " + std::to_string(group) + " a content",
                   .contents = Contents::groups,
                   .group = group,
                   .pages = pages,
                   .pass = 1,
                   .floor = kMerging});
  }
}

void add_zeros(std::vector<KsmCase>& all) {
  KsmCase zeros;
  zeros.contents = Contents::zeros;
  zeros.group = kMiddle;
  zeros.pages = kMiddle;
  zeros.pass = 1;
  const auto add = [&](const std::string& kind, const std::string& name) -> KsmCase& {
    KsmCase& c = all.emplace_back(zeros);
    c.kind = kind;
    c.name = name;
    c.use_zero_pages = c.kind.starts_with("zero1");
    return c;
  };
  add("zero0-merging", "zeros, use_zero_pages 0: merging pass").floor = kMerging;
  KsmCase& rescan = add("zero0-merged", "zeros, use_zero_pages 0: rescan");
  rescan.pass = 2;
  rescan.again = Again::next_pass;
  rescan.floor = kMerged;
  add("zero1-merging", "zeros, use_zero_pages 1: merging pass").floor = kMerging;
  add("zero1-next", "zeros, use_zero_pages 1: next pass").pass = 2;
  KsmCase& later = add("zero1-later", "zeros, use_zero_pages 1: later passes");
  later.pass = 3;
  later.again = Again::next_pass;
}

}  // namespace

int KsmCase::repetitions() const {
  if (pages <= kSmall) return 21;
  return pages <= kMiddle ? 11 : 5;
}

std::uint64_t KsmCase::visited() const { return use_zero_pages && pass > 1 ? 0 : pages; }

std::vector<KsmCase> ksm_cases() {
  std::vector<KsmCase> all;
  add_unique(all);
  add_groups(all);
  add_zeros(all);
  return all;
}

std::vector<std::uint64_t> contents_of(const KsmCase& c, int pass) {
  std::vector<std::uint64_t> ids(c.pages, 0);
  if (c.contents == Contents::zeros) return ids;
  const std::uint64_t moved =
      c.contents == Contents::rewritten ? static_cast<std::uint64_t>(pass) * c.pages : 0;
  for (std::uint64_t i = 0; i < ids.size(); ++i) ids[i] = 1 + i / c.group + moved;
  if (c.contents != Contents::ascending) {
    RandomStream random(1, "order of pages");
    for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.below(i)]);
  }
  return ids;
}

}  // namespace ksmsim::bench
