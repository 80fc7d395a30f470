// Reads counters.csv, row by row: the first column is the time in seconds, the others are counters
// by name. An empty cell says nothing.
#pragma once
#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

inline constexpr const char* kCountersFile = "counters.csv";

class CounterReader {
 public:
  // Opens the file of the data set and reads its first line.
  static Result<CounterReader> open(const Files& files);

  const std::vector<std::string>& names() const { return names_; }
  // The next row (times do not go back), nothing at the end, or an Error with file and line.
  Result<std::optional<CounterRow>> next();

 private:
  explicit CounterReader(std::unique_ptr<std::istream> in) : in_(std::move(in)) {}
  // The next line without its end; false at the end of the file.
  Result<bool> read_line(std::string& line);
  Error at_line(const std::string& what) const;

  std::unique_ptr<std::istream> in_;
  std::vector<std::string> names_;
  std::uint64_t line_ = 0;
  Time before_ = kStart;
};

// All rows.
Result<std::vector<CounterRow>> read_counters(const Dataset& data);

}  // namespace ksmsim::traces::snapshots
