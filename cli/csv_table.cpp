#include "cli/csv_table.hpp"

#include <fmt/core.h>

#include <charconv>
#include <sstream>

#include "cli/files.hpp"

namespace ksmsim::cli {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields(1);
  for (char c : line) {
    if (c == ',') {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

Result<CsvTable> CsvTable::read(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  CsvTable table;
  std::istringstream in(*text);
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    auto fields = split(line);
    if (number == 1) {
      for (std::size_t i = 0; i < fields.size(); ++i) table.columns_[fields[i]] = i;
      continue;
    }
    if (fields.size() != table.columns_.size()) {
      return Error{fmt::format("{}:{}: {} fields, the header has {}", path, number, fields.size(),
                               table.columns_.size())};
    }
    table.rows_.push_back(std::move(fields));
  }
  if (table.columns_.empty()) return Error{path + ": empty, should be CSV with a header"};
  return table;
}

std::string CsvTable::text(std::size_t row, const std::string& column) const {
  const auto at = columns_.find(column);
  return at == columns_.end() ? std::string() : rows_[row][at->second];
}

std::optional<std::int64_t> CsvTable::whole(std::size_t row, const std::string& column) const {
  const std::string field = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) return std::nullopt;
  return value;
}

}  // namespace ksmsim::cli
