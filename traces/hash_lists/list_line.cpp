#include "traces/hash_lists/list_line.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "traces/moments/importer.hpp"
#include "traces/text.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces::hash_lists {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

// The words of a line; `too_many` of them are enough to know that it is wrong.
Result<std::vector<std::string_view>> words_of(std::string_view line, std::size_t too_many) {
  std::vector<std::string_view> words;
  line = line.substr(0, line.find('#'));
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty() || words.size() == too_many) return words;
    if (line.front() == ',') {
      line.remove_prefix(1);
      line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
      if (words.size() != 1 || line.empty() || line.front() == ',') {
        return Error{"a comma that does not stand between two words"};
      }
    }
    const auto word = line.substr(0, line.find_first_of(" \t\r\v\f,"));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
}

bool is_hexadecimal(std::string_view word) {
  return word.starts_with("0x") || word.starts_with("0X");
}

std::optional<unsigned> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

Result<Hash> hexadecimal(std::string_view word) {
  Hash hash{};
  const std::string_view digits = is_hexadecimal(word) ? word.substr(2) : word;
  if (digits.empty() || digits.size() > 2 * hash.size()) {
    return Error{fmt::format("{} is not a hash of 1 to {} hexadecimal digits", shown(word),
                             2 * hash.size())};
  }
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto value = digit(digits[digits.size() - 1 - i]);
    if (!value) {
      return Error{fmt::format("{} is not a hash in hexadecimal digits", shown(word))};
    }
    hash[i / 2] = static_cast<std::uint8_t>(hash[i / 2] | *value << (i % 2 * 4));
  }
  return hash;
}

Result<PageIndex> parse_index(std::string_view word) {
  const bool hexadecimal = is_hexadecimal(word);
  const std::string_view digits = hexadecimal ? word.substr(2) : word;
  std::uint64_t index = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), index, hexadecimal ? 16 : 10);
  if (error == std::errc{} && end == digits.data() + digits.size() && index < kPageIndexEnd) {
    return PageIndex{index};
  }
  return Error{fmt::format(
      "{} is not the index of a page: a decimal number, or a hexadecimal one with 0x, below {}",
      shown(word), kPageIndexEnd)};
}

}  // namespace

Result<Hash> parse_hash(std::string_view word, Base base) {
  if (base == Base::hexadecimal) return hexadecimal(word);
  const auto number = parse_number(word);
  if (!number) {
    return Error{
        fmt::format("{} is not a hash: a decimal number below 2^64 (--base 10)", shown(word))};
  }
  Hash hash{};
  for (std::size_t i = 0; i < 8; ++i) hash[i] = static_cast<std::uint8_t>(*number >> (8 * i));
  return hash;
}

Result<Line> parse_line(std::string_view text, Base base) {
  const auto words = words_of(text, 3);
  if (!words) return words.error();
  Line line;
  if (words->empty()) return line;
  const std::string_view first = (*words)[0];
  if (first == "guest" || first == "at") {
    if (words->size() != 2) {
      return Error{fmt::format("{} should be followed by one word", shown(first))};
    }
    if (first == "at") {
      const auto at = parse_seconds((*words)[1]);
      if (!at) return at.error();
      line.kind = Line::Kind::at;
      line.at = *at;
      return line;
    }
    line.kind = Line::Kind::guest;
    line.guest = (*words)[1];
    if (auto r = moments::check_guest_name(line.guest); !r) return r.error();
    return line;
  }
  if (words->size() > 2) return Error{"more than two words; a line is HASH or INDEX HASH"};
  line.kind = Line::Kind::page;
  if (words->size() == 2) {
    const auto page = parse_index(first);
    if (!page) return page.error();
    line.page = *page;
  }
  const auto hash = parse_hash(words->back(), base);
  if (!hash) return hash.error();
  line.hash = *hash;
  return line;
}

}  // namespace ksmsim::traces::hash_lists
