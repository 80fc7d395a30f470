#include "traces/snapshots/counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "traces/snapshots/json_fields.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces::snapshots {
namespace {

constexpr const char* kFile = kCountersFile;
constexpr std::size_t kLineBytesMax = 1u << 20;

// Takes the cell before the next comma off the line.
std::string_view take_cell(std::string_view& line) {
  const auto comma = line.find(',');
  const auto cell = line.substr(0, comma);
  line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  return cell;
}

template <class Number>
bool parse(std::string_view cell, Number& number) {
  const char* end = cell.data() + cell.size();
  const auto r = std::from_chars(cell.data(), end, number);
  return r.ec == std::errc{} && r.ptr == end;
}

}  // namespace

Error CounterReader::at_line(const std::string& what) const {
  return {fmt::format("{}: line {}: {}", kFile, line_, what)};
}

Result<bool> CounterReader::read_line(std::string& line) {
  ++line_;
  line.clear();
  for (int c = in_->get(); c != std::istream::traits_type::eof(); c = in_->get()) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return true;
    }
    if (line.size() == kLineBytesMax) return at_line("longer than 1 MiB");
    line += static_cast<char>(c);
  }
  if (in_->bad()) return at_line("cannot be read");
  if (line.empty()) return false;
  return at_line("truncated: it does not end with a newline");
}

Result<CounterReader> CounterReader::open(const Files& files) {
  auto file = files.open(kFile);
  if (!file) return file.error().in(kFile);
  CounterReader reader(std::move(*file));
  std::string line;
  const auto more = reader.read_line(line);
  if (!more) return more.error();
  std::string_view rest = line;
  if (!*more || take_cell(rest) != "t") return reader.at_line("the first column is not named t");
  while (!rest.empty()) {
    reader.names_.emplace_back(take_cell(rest));
    if (reader.names_.back().empty()) return reader.at_line("a column without a name");
  }
  return reader;
}

Result<std::optional<CounterRow>> CounterReader::next() {
  std::string line;
  const auto more = read_line(line);
  if (!more) return more.error();
  if (!*more) return std::optional<CounterRow>{};
  const auto cells = static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
  if (cells != names_.size() + 1) {
    return at_line(
        fmt::format("{} columns, where the first line has {}", cells, names_.size() + 1));
  }
  std::string_view rest = line;
  double seconds = 0;
  if (!parse(take_cell(rest), seconds) || !(seconds >= 0 && seconds <= kSecondsMax)) {
    return at_line("t is not a number of seconds from 0 on");
  }
  CounterRow row;
  row.at = at_seconds(seconds);
  if (row.at < before_) return at_line("t is before that of the line before it");
  before_ = row.at;
  for (const std::string& name : names_) {
    const std::string_view cell = take_cell(rest);
    if (cell.empty()) continue;
    std::int64_t value = 0;
    if (!parse(cell, value)) return at_line(shown(name) + " is not a whole number of 64 bits");
    row.values.emplace_back(name, value);
  }
  return std::optional<CounterRow>{std::move(row)};
}

Result<std::vector<CounterRow>> read_counters(const Dataset& data) {
  auto reader = CounterReader::open(*data.files);
  if (!reader) return reader.error();
  std::vector<CounterRow> rows;
  while (true) {
    auto row = reader->next();
    if (!row) return row.error();
    if (!*row) return rows;
    rows.push_back(std::move(**row));
  }
}

}  // namespace ksmsim::traces::snapshots
