// TOML read key by key. A document remembers which keys each of its tables was asked for, so that
// keys that nobody asked for are found at the end, and keeps the first thing that is wrong: readers
// ask for everything and look for errors once.
//
// Errors begin with line and column ("12:5: ..."), in the order of the text; but a key that is
// missing counts only where every key is a known one, since a misspelt key is a missing one too.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/amounts.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::models {

// From `least` to `most`, both included.
struct Range {
  double least = 0, most = 0;
};
// Of times in scenarios, in seconds: three years.
inline constexpr Range kSeconds{0, 1e8};

struct DocumentState;  // The table with its keys, and what is wrong.

// A handle on a table of a document, which outlives it. What is asked for and is not there, or is
// wrong, comes back as nothing; the document knows why.
class TableReader {
 public:
  bool has(std::string_view key) const;
  // Whether the key is there; if not, that is an error that says what belongs there.
  bool require(std::string_view key, std::string_view what) const;

  std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
                                    std::int64_t most) const;
  // A number, or a text that says its unit ("10m"), in this one.
  std::optional<double> number(std::string_view key, Range range,
                               const Unit& plain = units::kOne) const;
  // A number in units.plain, or a text that says its unit, in units.held. The range is in
  // units.plain. Numbers are whole where both units are one and else rounded; texts are exact.
  std::optional<std::int64_t> amount(std::string_view key, Range range, const Units& units) const;
  // The same of seconds, in nanoseconds.
  std::optional<Duration> seconds(std::string_view key, Range range) const;
  std::optional<bool> truth(std::string_view key) const;
  std::optional<std::string> text(std::string_view key) const;
  // A text of letters, digits and "-_.", as names are everywhere.
  std::optional<std::string> name(std::string_view key) const;
  // One of the names, by its place; `kind` says what they name.
  std::optional<std::size_t> one_of(std::string_view key, std::string_view kind,
                                    const std::vector<std::string_view>& names) const;
  // Whether a number stands there, without quotes.
  bool is_number(std::string_view key) const;
  // Text, number or truth, as it would be written into a file of one value.
  std::optional<std::string> as_text(std::string_view key) const;
  // [[part, amount], ...]: parts from 0 to 1, in millionths, and amounts in units.held. Each is
  // written as one that stands alone.
  std::optional<std::vector<std::array<std::int64_t, 2>>> pairs(std::string_view key, Range range,
                                                                const Units& units) const;
  // A table below this one; if the key is not there, nothing and no error.
  std::optional<TableReader> table(std::string_view key) const;
  // All of [[key]].
  std::vector<TableReader> tables(std::string_view key) const;

  // All keys of the table, in the order of the text, and those that were not asked for yet: for
  // tables with free keys.
  std::vector<std::string> keys() const;
  std::vector<std::string> other_keys() const;
  // Keys that nobody asks for are all right.
  void pass_other_keys() const;

  // Line and column of the key's value, "12:5"; of the table if there is no such key.
  std::string place(std::string_view key) const;

  // Something is wrong at the value of this key, or at the table if there is no such key: "KEY
  // TEXT", or the text alone.
  void wrong(std::string_view key, const std::string& text) const;
  void complain(std::string_view key, const std::string& text) const;

 private:
  friend class Document;
  friend struct DocumentState;
  TableReader(DocumentState* document, std::size_t table) : document_(document), table_(table) {}

  DocumentState* document_;
  std::size_t table_;  // Its place among those that were opened.
};

class Document {
 public:
  // An Error if it is no TOML.
  static Result<Document> parse(std::string_view text);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  TableReader root();
  // The first thing that is wrong, if there is one.
  Result<void> finish();

 private:
  explicit Document(std::unique_ptr<DocumentState> state);
  std::unique_ptr<DocumentState> state_;
};

}  // namespace ksmsim::models
