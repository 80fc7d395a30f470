// The numbers that describe guests, with where they come from: every parameter of a model is
// declared once, with its key, range, default and evidence, and the reader of scenarios, the
// reports and the documentation are made from that.
//
// Units: whole numbers only from here on, so that no float reaches a digest: pages, nanoseconds,
// parts per million, pages an hour. In a scenario the unit ends the key: a size may be written as
// `size_mib` or `size_pages`, a time as `life_s`, a rate as `rate_mib_per_s` or `rate_pages_per_s`;
// a part is a number from 0 to 1. A text says its unit itself: `size_mib = "4GiB"`.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ksmsim::models {

// Measured by this project, found in a source that is named, or nothing better is known.
enum class Evidence : std::uint8_t { measured, cited, assumed };
std::string_view name_of(Evidence evidence);

enum class Kind : std::uint8_t {
  count,      // A whole number.
  number,     // A number; held in millionths.
  few_pages,  // A whole number of pages.
  pages,      // KEY_mib or KEY_pages; held in pages.
  time,       // KEY_s; held in nanoseconds.
  rate,       // KEY_mib_per_s or KEY_pages_per_s; held in pages an hour.
  part,       // 0 to 1; held in parts per million.
  text,       // A name.
  lifetimes,  // [[part, seconds], ...]: Shares of parts per million and nanoseconds.
  groups,     // [[part, pages], ...]: Shares of parts per million and pages of equal content.
};

// So many of the pages. Pages are below 2^32, so nothing overflows.
constexpr std::uint64_t part_of(std::uint64_t pages, std::uint64_t ppm) {
  return pages * ppm / 1'000'000;
}

// One page: the least size that there is.
inline constexpr double kPageMib = 1.0 / 256;

// Part of a whole with a number of its own.
struct Share {
  std::int64_t part_ppm = 0;
  std::int64_t value = 0;
  bool operator==(const Share&) const = default;
};

struct Parameter {
  std::string_view key;  // Without the unit of pages, times and rates.
  Kind kind = Kind::count;
  // In the unit of the default: MiB, s, MiB/s, parts; of shares the value. A key with another unit
  // has the same range.
  double least = 0, most = 0;
  std::string_view otherwise;  // The default as TOML, in MiB, s, MiB/s where there is a choice.
  Evidence evidence = Evidence::assumed;
  std::string_view source;  // Of the default: row of docs/models.md, or why it is assumed.
  std::string_view what;    // For help and reports.
  std::vector<std::string_view> choices{};  // Of a text: what it may be; empty: anything.
};

using Value = std::variant<std::int64_t, std::string, std::vector<Share>>;

// Values of declared parameters by key. Whoever makes one fills in all of them.
class Values {
 public:
  void set(std::string_view key, Value value) { values_.insert_or_assign(std::string(key), value); }
  bool has(std::string_view key) const { return values_.contains(std::string(key)); }
  // REQUIRES for these: the key is declared with that kind.
  std::int64_t number(std::string_view key) const;
  std::uint64_t amount(std::string_view key) const;  // A number that is not negative.
  const std::string& text(std::string_view key) const;
  const std::vector<Share>& shares(std::string_view key) const;

  bool operator==(const Values&) const = default;

 private:
  std::map<std::string, Value> values_;
};

}  // namespace ksmsim::models
