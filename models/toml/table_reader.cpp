#include "models/toml/table_reader.hpp"

// The parser asserts what does not hold for some texts that are no TOML ("[[.a]]"), and with NDEBUG
// clang is told to rely on it. Without either such a text is an error like any other.
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>
#include <utility>

#include "models/toml/words.hpp"

namespace ksmsim::models {
namespace {

struct Place {
  std::uint32_t line = 1, column = 1;
};

Place place_of(const toml::source_region& region) {
  // What stands nowhere (the document itself) begins where the text begins.
  return {std::max(region.begin.line, 1u), std::max(region.begin.column, 1u)};
}

enum class Fault : std::uint8_t { wrong, missing };

bool is_plain(std::string_view name) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.find_first_not_of(kLetters) == std::string_view::npos;
}

// One line, whatever the file holds.
Error error_at(Place place, std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return {std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + text};
}

std::string range_text(Range range) { return shown(range.least) + " to " + shown(range.most); }

bool is_in(double number, Range range) {
  return number >= range.least && number <= range.most;  // Not for what is no number.
}

}  // namespace

struct DocumentState {
  struct Opened {
    const toml::table* table;
    std::string name;                // As people write it: "[host]"; of the document "the file".
    std::vector<std::string> known;  // Keys that were asked for.
  };
  struct Problem {
    Fault fault;
    Place place;
    std::string text;
    auto order() const { return std::tuple(fault, place.line, place.column); }
  };

  toml::table root;
  std::vector<Opened> opened;
  std::optional<Problem> problem;  // The first.

  // "guest.region" for `region` in [[guest]].
  std::string path(std::size_t table, std::string_view key) const {
    const std::string& name = opened[table].name;
    if (name.front() != '[') return std::string(key);
    const std::size_t first = name.find_first_not_of('[');
    const std::string above = name.substr(first, name.find(']') - first);
    return above + "." + std::string(key);
  }
  void complain(Fault fault, Place place, std::string text) {
    Problem next{fault, place, std::move(text)};
    if (!problem || next.order() < problem->order()) problem = std::move(next);
  }
  TableReader open(const toml::table& table, std::string name) {
    // Asked for again: the same keys are known. (Nobody asks for a table long ago.)
    const auto again = std::find_if(opened.rbegin(), opened.rend(),
                                    [&table](const Opened& o) { return o.table == &table; });
    if (again != opened.rend()) {
      return {this, static_cast<std::size_t>(opened.rend() - again) - 1};
    }
    opened.push_back({&table, std::move(name), {}});
    return {this, opened.size() - 1};
  }
  const toml::node* find(std::size_t table, std::string_view key) {
    Opened& from = opened[table];
    if (std::find(from.known.begin(), from.known.end(), key) == from.known.end()) {
      from.known.emplace_back(key);
    }
    return from.table->get(key);
  }
  Place place(std::size_t table, std::string_view key) {
    const toml::node* node = find(table, key);
    return place_of(node != nullptr ? node->source() : opened[table].table->source());
  }
  void wrong(std::string_view key, const toml::node& node, const std::string& text) {
    complain(Fault::wrong, place_of(node.source()), std::string(key) + " " + text);
  }
  void find_unknown_keys() {
    for (const Opened& table : opened) {
      const std::vector<std::string_view> known(table.known.begin(), table.known.end());
      for (const auto& [key, node] : *table.table) {
        if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
        complain(Fault::wrong, place_of(key.source()),
                 no_such_name("key", key.str(), known) + " (in " + table.name + ")");
      }
    }
  }
};

// ---------------------------------------------------------------- a table

bool TableReader::has(std::string_view key) const {
  return document_->find(table_, key) != nullptr;
}

bool TableReader::require(std::string_view key, std::string_view what) const {
  if (has(key)) return true;
  const auto& table = document_->opened[table_];
  document_->complain(
      Fault::missing, place_of(table.table->source()),
      table.name + " has no '" + std::string(key) + "', which says " + std::string(what));
  return false;
}

std::optional<std::int64_t> TableReader::whole(std::string_view key, std::int64_t least,
                                               std::int64_t most) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return value;
  document_->wrong(
      key, *node,
      "has to be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<double> TableReader::number(std::string_view key, Range range) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  if (node->is_number()) {
    const auto value = node->value<double>();
    if (value && is_in(*value, range)) return value;
  }
  document_->wrong(key, *node, "has to be a number from " + range_text(range));
  return std::nullopt;
}

std::optional<Duration> TableReader::seconds(std::string_view key, Range range) const {
  const auto value = number(key, range);
  if (!value) return std::nullopt;
  return Duration{std::llround(*value * 1e9)};
}

std::optional<bool> TableReader::truth(std::string_view key) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<bool>()) return value;
  document_->wrong(key, *node, "has to be true or false");
  return std::nullopt;
}

std::optional<std::string> TableReader::text(std::string_view key) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  if (auto value = node->value_exact<std::string>()) return value;
  document_->wrong(key, *node, "has to be a text in quotes");
  return std::nullopt;
}

std::optional<std::string> TableReader::name(std::string_view key) const {
  auto value = text(key);
  if (!value || is_plain(*value)) return value;
  wrong(key, "has to be a name of letters, digits, '-', '_' and '.'");
  return std::nullopt;
}

std::optional<std::size_t> TableReader::one_of(std::string_view key, std::string_view kind,
                                               const std::vector<std::string_view>& names) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto at = std::find(names.begin(), names.end(), *value);
  if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  complain(key, no_such_name(kind, *value, names));
  return std::nullopt;
}

std::optional<std::string> TableReader::as_text(std::string_view key) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  if (auto value = node->value_exact<std::string>()) return value;
  if (const auto value = node->value_exact<std::int64_t>()) return std::to_string(*value);
  if (const auto value = node->value_exact<double>()) return shown(*value);
  if (const auto value = node->value_exact<bool>()) return *value ? "1" : "0";
  document_->wrong(key, *node, "has to be a number or a text in quotes");
  return std::nullopt;
}

std::optional<std::vector<std::array<double, 2>>> TableReader::pairs(std::string_view key,
                                                                     Range numbers) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  const std::string wanted =
      "has to be a list of [part, number]: parts from 0 to 1, numbers from " + range_text(numbers);
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    document_->wrong(key, *node, wanted);
    return std::nullopt;
  }
  std::vector<std::array<double, 2>> result;
  for (const toml::node& element : *list) {
    const toml::array* pair = element.as_array();
    const bool two =
        pair != nullptr && pair->size() == 2 && (*pair)[0].is_number() && (*pair)[1].is_number();
    const double part = two ? (*pair)[0].value<double>().value_or(-1) : -1;
    const double number = two ? (*pair)[1].value<double>().value_or(-1) : -1;
    if (!two || !is_in(part, {0, 1}) || !is_in(number, numbers)) {
      document_->wrong(key, element, wanted);
      return std::nullopt;
    }
    result.push_back({part, number});
  }
  return result;
}

std::optional<TableReader> TableReader::table(std::string_view key) const {
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return std::nullopt;
  const std::string name = "[" + document_->path(table_, key) + "]";
  if (const auto* value = node->as_table()) return document_->open(*value, name);
  document_->wrong(key, *node, "has to be a table: " + name);
  return std::nullopt;
}

std::vector<TableReader> TableReader::tables(std::string_view key) const {
  std::vector<TableReader> all;
  const toml::node* node = document_->find(table_, key);
  if (node == nullptr) return all;
  const std::string name = "[[" + document_->path(table_, key) + "]]";
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    document_->wrong(key, *node, "has to be a list of tables: " + name);
    return all;
  }
  for (const toml::node& element : *list) {
    if (const auto* value = element.as_table()) {
      all.push_back(document_->open(*value, name));
    } else {
      document_->wrong(key, element, "has to be a list of tables: " + name);
    }
  }
  return all;
}

std::vector<std::string> TableReader::keys() const {
  std::vector<const toml::key*> keys;
  for (const auto& [key, node] : *document_->opened[table_].table) keys.push_back(&key);
  const auto earlier = [](const toml::key* a, const toml::key* b) {
    const Place left = place_of(a->source()), right = place_of(b->source());
    return std::tie(left.line, left.column) < std::tie(right.line, right.column);
  };
  std::stable_sort(keys.begin(), keys.end(), earlier);
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const toml::key* key : keys) names.emplace_back(key->str());
  return names;
}

std::vector<std::string> TableReader::other_keys() const {
  const auto& known = document_->opened[table_].known;
  std::vector<std::string> names;
  for (std::string& key : keys()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) names.push_back(std::move(key));
  }
  return names;
}

void TableReader::pass_other_keys() const {
  for (const std::string& key : keys()) document_->find(table_, key);
}

void TableReader::wrong(std::string_view key, const std::string& text) const {
  complain(key, std::string(key) + " " + text);
}

void TableReader::complain(std::string_view key, const std::string& text) const {
  document_->complain(Fault::wrong, document_->place(table_, key), text);
}

std::string TableReader::place(std::string_view key) const {
  const Place place = document_->place(table_, key);
  return std::to_string(place.line) + ":" + std::to_string(place.column);
}

// ---------------------------------------------------------------- the document

Document::Document(std::unique_ptr<DocumentState> state) : state_(std::move(state)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Result<Document> Document::parse(std::string_view text) {
  auto state = std::make_unique<DocumentState>();
  try {
    state->root = toml::parse(text);
  } catch (const toml::parse_error& e) {
    const Place place = place_of(e.source());
    return error_at(place, "not TOML: " + std::string(e.description()));
  }
  return Result<Document>(Document(std::move(state)));
}

TableReader Document::root() { return state_->open(state_->root, "the file"); }

Result<void> Document::finish() {
  state_->find_unknown_keys();
  if (!state_->problem) return {};
  const auto& [fault, place, text] = *state_->problem;
  return error_at(place, text);
}

}  // namespace ksmsim::models
