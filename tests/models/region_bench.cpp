#include "tests/models/region_bench.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace ksmsim::models {
namespace {

constexpr MmId kMm{0};
constexpr PageIndex kFirst{512};

std::int64_t rounded(double x) { return static_cast<std::int64_t>(std::llround(x)); }

// "[[a, b], ...]" as numbers.
std::vector<double> numbers_in(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) c = c == '[' || c == ']' || c == ',' ? ' ' : c;
  std::istringstream in(plain);
  std::vector<double> numbers;
  for (double x = 0; in >> x;) numbers.push_back(x);
  return numbers;
}

}  // namespace

Value value_of(const Parameter& parameter, std::string_view text) {
  if (parameter.kind == Kind::text) return std::string(text.substr(1, text.size() - 2));
  const auto numbers = numbers_in(text);
  if (parameter.kind == Kind::lifetimes || parameter.kind == Kind::groups) {
    std::vector<Share> shares;
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
      const double unit = parameter.kind == Kind::lifetimes ? 1e9 : 1;
      shares.push_back({rounded(numbers[i] * 1e6), rounded(numbers[i + 1] * unit)});
    }
    return shares;
  }
  REQUIRE(numbers.size() == 1);
  CHECK(parameter.least <= numbers[0]);
  CHECK(numbers[0] <= parameter.most);
  switch (parameter.kind) {
    case Kind::pages:
      return rounded(numbers[0] * 256);
    case Kind::time:
      return rounded(numbers[0] * 1e9);
    case Kind::rate:
      return rounded(numbers[0] * 256 * 3600);
    case Kind::part:
      return rounded(numbers[0] * 1e6);
    default:
      return rounded(numbers[0]);
  }
}

Values values_of(const RegionKind& kind, const std::map<std::string, std::string>& changed) {
  Values values;
  std::size_t used = 0;
  for (const Parameter& parameter : kind.parameters) {
    const auto at = changed.find(std::string(parameter.key));
    used += at == changed.end() ? 0 : 1;
    values.set(parameter.key,
               value_of(parameter, at == changed.end() ? parameter.otherwise : at->second));
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
  operations_ += out_.size();
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
      written_ += write->range.count.value;
    } else if (const auto* discard = std::get_if<input::Discard>(&timed.operation)) {
      carry(discard->range, [](std::uint64_t& held, std::uint64_t) { held = kAbsent; });
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
