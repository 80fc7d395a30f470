// A machine that a test drives operation by operation and pass by pass, and what is said of its
// duplicates.
#pragma once
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/host/duplicates.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host::guests {

class Host {
 public:
  explicit Host(const char* kernel = "6.18")
      : machine_(**ksm::traits_of(kernel), cost::Meter({}, {}), {}) {
    if (std::string(kernel) == "6.18") set("smart_scan", "0");
    set("run", "1");
  }
  Host& apply(const input::Operation& operation) {
    REQUIRE(machine_.apply(operation));
    return *this;
  }
  // A guest of `pages` pages that all hold `content`.
  Host& guest(std::uint32_t mm, std::uint64_t pages, std::uint64_t content,
              input::Mergeable mergeable = input::Mergeable::yes) {
    return apply(begin(mm))
        .apply(map(range(mm, 0, pages), mergeable))
        .apply(write_equal(range(mm, 0, pages), content));
  }
  Host& set(const std::string& knob, const std::string& value) {
    REQUIRE(machine_.write_knob({knob, value}, {}) == ksm::WriteError::none);
    return *this;
  }
  Host& passes(int n) {
    const auto wanted = machine_.ksmd().full_scans() + n;
    while (machine_.ksmd().full_scans() < wanted) {
      machine_.ksmd().begin_batch({});
      (void)machine_.ksmd().scan(machine_.memory(), kNever);
    }
    return *this;
  }
  Host& write(std::uint32_t mm, std::uint64_t first, std::uint64_t pages, std::uint64_t content,
              std::uint16_t page_class = 0) {
    return apply(input::Write{
        range(mm, first, pages), {.first = content, .period = 1, .each = {}}, ClassId{page_class}});
  }
  results::Duplicates found() const { return find_duplicates(machine_, {"g0", "g1", "g2"}); }
  // "PAGES DETAIL", one after the other, over all guests.
  std::string details() const {
    std::array<std::int64_t, results::kDetail.size()> pages{};
    for (const auto& row : found().guests) {
      for (std::size_t i = 0; i < pages.size(); ++i) pages[i] += row.detail_pages[i];
    }
    std::string text;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (pages[i] == 0) continue;
      text += (text.empty() ? "" : ", ") + std::to_string(pages[i]) + " " + results::kDetail[i];
    }
    return text;
  }
  const Machine& machine() const { return machine_; }
  std::int64_t possible() const { return find_duplicates(machine_).possible_pages; }
  // "REASON PAGES", one after the other; "" if nothing is left to merge.
  std::string unmerged() const {
    std::string text;
    const auto pages = find_duplicates(machine_).unmerged_pages;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (pages[i] == 0) continue;
      text += (text.empty() ? "" : ", ") + std::string(results::kWhyNot[i]) + " " +
              std::to_string(pages[i]);
    }
    return text;
  }

 private:
  Machine machine_;
};

// Checks that rows sum up to the totals and to what the machine says, and each row to its own.
inline void check_sums(const Host& host) {
  const results::Duplicates found = host.found();
  const mem::Totals& truth = host.machine().memory().totals();
  for (const auto* rows : {&found.classes, &found.guests}) {
    results::DuplicateRow sum;
    for (const results::DuplicateRow& row : *rows) {
      sum.present_pages += row.present_pages;
      sum.saved_pages += row.saved_pages;
      for (std::size_t i = 0; i < sum.unmerged_pages.size(); ++i) {
        sum.unmerged_pages[i] += row.unmerged_pages[i];
      }
      const auto of = [&row](results::WhyNot why) {
        return row.unmerged_pages[static_cast<std::size_t>(why)];
      };
      const auto& d = row.detail_pages;
      CHECK(d[0] + d[1] + d[2] + d[3] == of(results::WhyNot::changed));
      CHECK(d[4] + d[5] == of(results::WhyNot::not_reached));
    }
    CHECK(sum.present_pages == truth.present_sites);
    CHECK(sum.saved_pages == truth.saved());
    CHECK(sum.unmerged_pages == found.unmerged_pages);
  }
}

}  // namespace ksmsim::host::guests
