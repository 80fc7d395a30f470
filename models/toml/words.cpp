#include "models/toml/words.hpp"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "sim/base/nearest.hpp"

namespace ksmsim::models {
namespace {

constexpr std::size_t kLongestWord = 60;
constexpr std::size_t kShortList = 10;

}  // namespace

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
  text += "; the nearest is '" + std::string(nearest(written.substr(0, kLongestWord), names)) + "'";
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
