#include "tests/models/region_bench.hpp"

#include <algorithm>
#include <set>

#include "models/toml/parameter_value.hpp"

namespace ksmsim::models {
namespace {

constexpr MmId kMm{0};
constexpr PageIndex kFirst{512};

}  // namespace

Values values_of(const RegionKind& kind, const std::map<std::string, std::string>& changed) {
  Values values;
  std::size_t used = 0;
  for (const Parameter& parameter : kind.parameters) {
    const auto at = changed.find(std::string(parameter.key));
    Parameter as_changed = parameter;
    if (at != changed.end()) {
      ++used;
      as_changed.otherwise = at->second;
    }
    values.set(parameter.key, default_of(as_changed));
  }
  REQUIRE(used == changed.size());
  return values;
}

RegionBench::RegionBench(std::string_view kind, const Setting& setting,
                         const std::map<std::string, std::string>& changed)
    : setting_(setting), contents_(setting.pages, kAbsent) {
  const RegionKind* found = find_region_kind(kind);
  REQUIRE(found != nullptr);
  region_ = found->make(setting, values_of(*found, changed));
}

void RegionBench::tell(EventKind kind, Duration length) {
  Pen pen(out_, now_, {kMm, kFirst, PageCount{setting_.pages}}, ClassId{1});
  region_->on({.kind = kind, .length = length}, now_, pen);
  carry_out();
}

void RegionBench::run_until(Duration at) {
  const Time until = kStart + at;
  while (region_->next() <= until) {
    REQUIRE(region_->next() >= now_);
    now_ = region_->next();
    Pen pen(out_, now_, {kMm, kFirst, PageCount{setting_.pages}}, ClassId{1});
    region_->act(now_, pen);
    carry_out();
  }
  now_ = until;
}

void RegionBench::carry_out() {
  for (const auto& timed : out_) {
    const auto carry = [&](const input::PageRange& range, auto&& page) {
      REQUIRE(range.start >= kFirst);
      const std::uint64_t first = range.start.value - kFirst.value;
      REQUIRE(range.count.value > 0);
      REQUIRE(first + range.count.value <= setting_.pages);
      for (std::uint64_t i = 0; i < range.count.value; ++i) page(contents_[first + i], i);
    };
    if (const auto* write = std::get_if<input::Write>(&timed.operation)) {
      carry(write->range,
            [&](std::uint64_t& held, std::uint64_t i) { held = write->contents.of(i); });
      ++writes_;
      written_ += write->range.count.value;
    } else if (const auto* discard = std::get_if<input::Discard>(&timed.operation)) {
      carry(discard->range, [](std::uint64_t& held, std::uint64_t) { held = kAbsent; });
    } else if (const auto* pin = std::get_if<input::Pin>(&timed.operation)) {
      carry(pin->range, [](std::uint64_t held, std::uint64_t) { REQUIRE(held != kAbsent); });
    } else if (const auto* read = std::get_if<input::Read>(&timed.operation)) {
      std::uint64_t absent = 0;
      carry(read->range,
            [&](std::uint64_t held, std::uint64_t) { absent += held == kAbsent ? 1 : 0; });
      CHECK(absent == 0);  // It would map the page of zeros.
      read_ += read->range.count.value * read->times;
    } else {
      FAIL("an operation that no region should make");
    }
  }
  out_.clear();
}

std::uint64_t RegionBench::count(std::uint64_t content) const {
  return static_cast<std::uint64_t>(std::count(contents_.begin(), contents_.end(), content));
}

double RegionBench::part_in(const RegionBench& other) const {
  const std::set<std::uint64_t> theirs(other.contents_.begin(), other.contents_.end());
  const auto shared = std::count_if(contents_.begin(), contents_.end(), [&](std::uint64_t c) {
    return c != kAbsent && theirs.contains(c);
  });
  return static_cast<double>(shared) / static_cast<double>(contents_.size());
}

double RegionBench::kept_since(const std::vector<std::uint64_t>& then) const {
  double kept = 0, all = 0;
  for (std::size_t i = 0; i < contents_.size(); ++i) {
    if (then[i] == kAbsent || then[i] == 0) continue;
    all += 1;
    kept += then[i] == contents_[i] ? 1 : 0;
  }
  return kept / all;
}

}  // namespace ksmsim::models
