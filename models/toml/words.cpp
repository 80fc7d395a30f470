#include "models/toml/words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace ksmsim::models {
namespace {

constexpr std::size_t kLongestWord = 60;
constexpr std::size_t kShortList = 10;

// Levenshtein's distance, row by row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t before = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = before + (a[i] == b[j] ? 0 : 1);
      before = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, before + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest_name(std::string_view written,
                              const std::vector<std::string_view>& names) {
  written = written.substr(0, kLongestWord);
  const auto nearer = [written](std::string_view a, std::string_view b) {
    return distance(written, a) < distance(written, b);
  };
  const auto at = std::min_element(names.begin(), names.end(), nearer);
  return at == names.end() ? std::string_view{} : *at;
}

std::string quoted(std::string_view written) {
  std::string text(written.substr(0, kLongestWord));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return "'" + text + (written.size() > kLongestWord ? "..." : "") + "'";
}

std::string no_such_name(std::string_view kind, std::string_view written,
                         const std::vector<std::string_view>& names) {
  std::string text = "there is no " + std::string(kind) + " " + quoted(written);
  if (names.empty()) return text;
  text += "; the nearest is '" + std::string(nearest_name(written, names)) + "'";
  if (names.size() == 1 || names.size() > kShortList) return text;
  text += " of ";
  for (const std::string_view& name : names) {
    text += (&name == &names.front() ? "" : ", ") + std::string(name);
  }
  return text;
}

std::string shown(double number) {
  if (std::abs(number) < 1e15 && number == std::floor(number)) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, end};
}

}  // namespace ksmsim::models
