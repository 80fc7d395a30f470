// The files of /sys/kernel/mm/ksm: counters that are read for a row, knobs that a script sets, and
// what they were before.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "live/saved_files.hpp"
#include "live/sys_file.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

// Counters of a row, in the order of its columns.
inline constexpr std::array<std::string_view, 11> kCounterNames = {
    "full_scans",         "pages_scanned",    "pages_shared",  "pages_sharing",
    "pages_unshared",     "pages_volatile",   "pages_skipped", "ksm_zero_pages",
    "stable_node_chains", "stable_node_dups", "general_profit"};

// A value each; nothing for a counter that the kernel lacks. As sysfs shows them.
using CounterValues = std::array<std::optional<std::int64_t>, kCounterNames.size()>;

// The value of the counter of this name. REQUIRES: there is such a name.
const std::optional<std::int64_t>& counter(const CounterValues& values, std::string_view name);

class KsmFiles {
 public:
  // Opens all and remembers the knobs. An error if the kernel has no KSM or will not let us.
  static Result<KsmFiles> open();

  Result<CounterValues> read() const;
  bool has(const std::string& knob) const { return knobs_.contains(knob); }
  // Writes the knob, and returns 0 or the errno of the refusal. REQUIRES: has(knob).
  int put(const std::string& knob, const std::string& value) const;
  // Writes it; a refusal is an error.
  Result<void> write(const std::string& knob, const std::string& value) const;
  // The number in it. REQUIRES: has(knob).
  Result<std::int64_t> number(const std::string& knob) const;
  // Gives every knob of scripts, but for `run`, the value that scripts begin with.
  Result<void> set_initial() const;
  // Puts all knobs back to what they were when this was opened.
  Result<void> restore() { return saved_.restore(); }

 private:
  std::array<std::optional<SysFile>, kCounterNames.size()> counters_;
  std::map<std::string, SysFile> knobs_;
  SavedFiles saved_;
};

}  // namespace ksmsim::live
