#include "traces/words.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ksmsim::traces {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// What stands after a backslash at `at`, which is moved to its last character; -1 if nothing that
// is known.
int unescaped(std::string_view line, std::size_t& at) {
  if (++at >= line.size()) return -1;
  switch (line[at]) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'x':
      break;
    default:
      return -1;
  }
  if (at + 2 >= line.size()) return -1;
  const int high = hex_value(line[at + 1]), low = hex_value(line[at + 2]);
  at += 2;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Reads the word in quotation marks that begins at `at`, which is moved behind it.
Result<std::string> quoted(std::string_view line, std::size_t& at) {
  std::string word;
  for (++at; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] != '\\') {
      word += line[at];
      continue;
    }
    const int c = unescaped(line, at);
    if (c < 0) return Error{"\\ stands before none of \" \\ n t r xNN"};
    word += static_cast<char>(c);
  }
  if (at >= line.size()) return Error{"a quotation mark is not closed"};
  ++at;
  if (at < line.size() && kBlanks.find(line[at]) == std::string_view::npos && line[at] != '#') {
    return Error{"a word goes on behind its quotation mark"};
  }
  return word;
}

}  // namespace

Result<void> split_words(std::string_view line, Quotes quotes, std::vector<std::string>& words) {
  words.clear();
  for (std::size_t at = 0;;) {
    at = line.find_first_not_of(kBlanks, at);
    if (at == std::string_view::npos || line[at] == '#') return {};
    if (quotes == Quotes::meant && line[at] == '"') {
      auto word = quoted(line, at);
      if (!word) return word.error();
      words.push_back(*std::move(word));
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(" \t\r\n#", at), line.size());
    words.emplace_back(line.substr(at, end - at));
    if (words.back().find('\0') != std::string::npos) return Error{"a NUL byte"};
    at = end;
  }
}

std::string as_word(std::string_view text) {
  bool plain = !text.empty();
  for (char c : text) {
    plain = plain && !is_control(c) && c != ' ' && c != '#' && c != '"' && c != '\\';
  }
  if (plain) return std::string{text};
  std::string word = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      word += '\\';
      word += c;
    } else if (c == '\n') {
      word += "\\n";
    } else if (c == '\t') {
      word += "\\t";
    } else if (c == '\r') {
      word += "\\r";
    } else if (is_control(c)) {
      word += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      word += c;
    }
  }
  return word += '"';
}

std::string shown(std::string_view word) {
  constexpr std::size_t kMost = 60;
  std::string text = "'";
  for (char c : word.substr(0, kMost)) text += is_control(c) ? '?' : c;
  if (word.size() > kMost) text += "...";
  return text += '\'';
}

Result<std::uint64_t> parse_number(std::string_view word, std::uint64_t most) {
  if (word.empty() || word.find_first_not_of("0123456789") != std::string_view::npos) {
    return Error{shown(word) + " is not a number"};
  }
  std::uint64_t number = 0;
  const auto end = std::from_chars(word.data(), word.data() + word.size(), number);
  if (end.ec != std::errc{} || number > most) {
    return Error{fmt::format("{} is too large; at most {}", shown(word), most)};
  }
  return number;
}

Result<std::int64_t> parse_signed(std::string_view word) {
  std::int64_t number = 0;
  const auto end = std::from_chars(word.data(), word.data() + word.size(), number);
  if (end.ec == std::errc::result_out_of_range) return Error{shown(word) + " does not fit 64 bits"};
  if (end.ec != std::errc{} || end.ptr != word.data() + word.size()) {
    return Error{shown(word) + " is not a number"};
  }
  return number;
}

}  // namespace ksmsim::traces
