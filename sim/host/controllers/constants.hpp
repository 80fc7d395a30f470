// The constants of a controller as a table: what may be set, to what, and where the default is
// from. Values come as text, as people and files have them, and are kept as integers.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/amounts.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::host::controllers {

// How a value is written and kept: a whole number of its unit; a part of something ("0.20"), kept
// in millionths; 0 for no and 1 for yes; or a release ("1.10"), kept as release_number() has it.
// Amounts may say their unit: "10m", "20%".
enum class ConstantKind : std::uint8_t { whole, fraction, yes_no, release };
inline constexpr auto kWhole = ConstantKind::whole;  // What most constants are.

// Releases in order: 1.9 before 1.10. REQUIRES: minor < 1000.
constexpr std::int64_t release_number(std::int64_t major, std::int64_t minor) {
  return major * 1000 + minor;
}

// What one stands for in a value of kind fraction.
inline constexpr std::int64_t kMillion = 1'000'000;

// The most that pages_to_scan takes: a knob of 32 bits.
inline constexpr std::int64_t kPagesMost = 4'294'967'295;
// The host that `sleep` is meant for, in ksmtuned and in those that follow it; larger hosts sleep
// less.
inline constexpr std::int64_t kBaselineKb = std::int64_t{16} * 1024 * 1024;

struct Constant {
  std::string_view name;  // As the real one's, in lower case.
  ConstantKind kind = ConstantKind::whole;
  std::string_view standard;         // The default as text; empty: unset, `meaning` says what then.
  std::string_view unit;             // Its first word is one of unit_of(), or else none.
  std::int64_t least = 0, most = 0;  // As kept.
  std::string_view source;           // "cited: ..." or "assumed: ...": where the default is from.
  std::string_view meaning;
};

using ConstantTable = std::span<const Constant>;
using GivenConstants = std::vector<std::pair<std::string, std::string>>;

// The unit of a value that is written without one.
Unit unit_of(const Constant& constant);
// A value of a constant as text: "300", "0.2", "1.10".
std::string constant_text(ConstantKind kind, std::int64_t value);
// What may stand there: "a whole number from 0 to 100 (percent)".
std::string constant_range(const Constant& constant);

// A value for each constant of a table.
class ConstantValues {
 public:
  // Those given, otherwise the defaults. A name may be in upper case and may have or lack the
  // beginning "ksm_", so that lines of the real one's configuration file can be taken as they are.
  // Errors: an unknown name (says the nearest known one), a name given twice, a value that is no
  // number or out of range (says the range).
  static Result<ConstantValues> parse(ConstantTable table, const GivenConstants& given);

  // The value of a constant. REQUIRES: the table has it; it is set or has a default.
  std::int64_t operator[](std::string_view name) const;
  bool is_yes(std::string_view name) const { return (*this)[name] != 0; }
  // Nothing if it is unset. REQUIRES: the table has it.
  std::optional<std::int64_t> find(std::string_view name) const;

 private:
  explicit ConstantValues(ConstantTable table) : table_(table), values_(table.size()) {}

  ConstantTable table_;
  std::vector<std::optional<std::int64_t>> values_;  // In the order of the table.
};

}  // namespace ksmsim::host::controllers
