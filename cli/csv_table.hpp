// A CSV file with a header, of plain fields without quotes, whole in memory.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace ksmsim::cli {

class CsvTable {
 public:
  // Errors name file and line.
  static Result<CsvTable> read(const std::string& path);

  std::size_t rows() const { return rows_.size(); }
  // Whether the header names this column.
  bool has(const std::string& column) const { return columns_.count(column) > 0; }
  // The field of a row (from 0) in this column; empty if there is no such column.
  std::string text(std::size_t row, const std::string& column) const;
  // The same as a whole number; nothing if it is none.
  std::optional<std::int64_t> whole(std::size_t row, const std::string& column) const;

 private:
  std::map<std::string, std::size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ksmsim::cli
