#include "sim/base/amounts.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sim/base/check.hpp"

namespace ksmsim {
namespace {

// Products of a number of 64 bits and a unit of 63 fit.
__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr Wide kWideMost = ~Wide{0};
constexpr std::size_t kNumberShown = 20;    // Letters of it, in messages.
constexpr std::int64_t kPowerMost = 1'000;  // Of ten: nothing that fits has a larger one.

struct Spelling {
  Quantity of;
  std::string_view text;
  std::int64_t size;
};

constexpr std::int64_t kK = std::int64_t{1} << 10, kM = kK << 10, kG = kM << 10, kT = kG << 10;
constexpr std::int64_t kS = units::kPicosecondsPerS;
constexpr Spelling kSpellings[] = {
    {Quantity::time, "ps", 1},          {Quantity::time, "ns", 1'000},
    {Quantity::time, "us", 1'000'000},  {Quantity::time, "ms", kS / 1000},
    {Quantity::time, "s", kS},          {Quantity::time, "m", 60 * kS},
    {Quantity::time, "min", 60 * kS},   {Quantity::time, "h", 3600 * kS},
    {Quantity::time, "d", 86'400 * kS}, {Quantity::size, "B", 1},
    {Quantity::size, "K", kK},          {Quantity::size, "KB", kK},
    {Quantity::size, "KiB", kK},        {Quantity::size, "kB", kK},
    {Quantity::size, "M", kM},          {Quantity::size, "MB", kM},
    {Quantity::size, "MiB", kM},        {Quantity::size, "G", kG},
    {Quantity::size, "GB", kG},         {Quantity::size, "GiB", kG},
    {Quantity::size, "T", kT},          {Quantity::size, "TB", kT},
    {Quantity::size, "TiB", kT},        {Quantity::part, "%", units::kPercent.size},
};

// Words that people write where a unit belongs, of one thing only, without the s of several.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"nanosecond", "ns"}, {"nsec", "ns"},      {"microsecond", "us"}, {"usec", "us"},
    {"\xC2\xB5", "us"},   {"\xCE\xBC", "us"},  {"millisecond", "ms"}, {"msec", "ms"},
    {"second", "s"},      {"sec", "s"},        {"minute", "min"},     {"hour", "h"},
    {"hr", "h"},          {"day", "d"},        {"byte", "B"},         {"kilobyte", "KiB"},
    {"kibibyte", "KiB"},  {"megabyte", "MiB"}, {"mebibyte", "MiB"},   {"gigabyte", "GiB"},
    {"gibibyte", "GiB"},  {"terabyte", "TiB"}, {"tebibyte", "TiB"},   {"percent", "%"},
    {"per cent", "%"},    {"pct", "%"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// digits * 10^power.
struct Number {
  bool negative = false;
  std::uint64_t digits = 0;  // Does not end with 0, unless it is 0.
  std::int64_t power = 0;
  bool fits = true;  // In digits.

  void add(char digit, bool behind_point) {
    if (behind_point) --power;
    if (digit == '0') {
      ++zeros_;  // They count only if more follows.
      return;
    }
    for (; zeros_ > 0; --zeros_) append(0);
    append(static_cast<unsigned>(digit - '0'));
  }
  void end() { power = digits == 0 ? 0 : power + std::exchange(zeros_, 0); }

 private:
  void append(unsigned digit) {
    fits = fits && digits <= (std::numeric_limits<std::uint64_t>::max() - digit) / 10;
    if (fits) digits = digits * 10 + digit;
  }
  std::int64_t zeros_ = 0;
};

// Takes the exponent "e3" off the text, if it begins with one.
std::int64_t take_exponent(std::string_view& text) {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return 0;
  std::size_t at = 1;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at == text.size() || !is_digit(text[at])) return 0;
  std::int64_t power = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    power = std::min(power * 10 + (text[at] - '0'), kPowerMost);
  }
  text.remove_prefix(at);
  return negative ? -power : power;
}

// Takes the number off the text that it begins with; nothing if there is none.
std::optional<Number> take_number(std::string_view& text) {
  Number number;
  std::string_view rest = text;
  number.negative = rest.starts_with('-');
  if (number.negative) rest.remove_prefix(1);
  bool any = false, point = false;
  for (; !rest.empty(); rest.remove_prefix(1)) {
    if (rest.front() == '.' && !point) {
      point = true;
    } else if (is_digit(rest.front())) {
      number.add(rest.front(), point);
      any = true;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  number.end();
  number.power += take_exponent(rest);
  text = rest;
  return number;
}

// A rate's units are those of a size, each second.
Quantity spelt_as(Quantity of) { return of == Quantity::rate ? Quantity::size : of; }

std::string_view without_per_s(std::string_view unit, Quantity of) {
  constexpr std::string_view kPerS = "/s";
  if (of == Quantity::rate && unit.ends_with(kPerS)) unit.remove_suffix(kPerS.size());
  return unit;
}

std::optional<std::int64_t> size_of(std::string_view written, const Unit& plain) {
  if (written.empty()) return plain.size;
  const std::string_view unit = without_per_s(written, plain.of);
  for (const Spelling& spelling : kSpellings) {
    if (spelling.of != spelt_as(plain.of) || spelling.text != unit) continue;
    return plain.of == Quantity::rate ? spelling.size * units::kSecondsPerHour : spelling.size;
  }
  return std::nullopt;
}

// The unit that was meant, if that can be told: by a word, or in other letters.
std::string_view meant(std::string_view written, Quantity of) {
  const std::size_t word_at = std::min(written.find_first_not_of(' '), written.size());
  std::string word = lower(without_per_s(written.substr(word_at), of));
  const auto spelling_of = [of](std::string_view unit) -> std::string_view {
    for (const Spelling& spelling : kSpellings) {
      if (spelling.of == spelt_as(of) && lower(spelling.text) == lower(unit)) return spelling.text;
    }
    return {};
  };
  if (const std::string_view same = spelling_of(word); !same.empty()) return same;
  if (word.ends_with('s') && word.size() > 2) word.pop_back();
  for (const auto& [name, unit] : kWords) {
    if (name == word) return spelling_of(unit);
  }
  return {};
}

std::string_view examples(Quantity of) {
  switch (of) {
    case Quantity::number:
      return "should be a number";
    case Quantity::time:
      return "should be a time, such as 10s, 1.5m, 2h or 500ms";
    case Quantity::size:
      return "should be a size, such as 4096B, 512K, 64M or 4GiB";
    case Quantity::part:
      return "should be a part, such as 0.05 or 5%";
    case Quantity::rate:
      return "should be a rate, such as 512K or 5MiB/s";
  }
  return "";
}

Error no_amount(std::string_view number, std::string_view unit, Quantity of) {
  const std::string text(examples(of));
  const std::string_view right = number.size() > kNumberShown ? "" : meant(unit, of);
  if (right.empty()) return {text};
  return {text.substr(0, text.find("such as ") + 8) + std::string(number) + std::string(right)};
}

// digits * 10^power * size / held; nothing if it does not fit (`fits` says so) or is not whole.
std::optional<std::uint64_t> scaled(const Number& number, std::int64_t size, std::int64_t held,
                                    bool& fits) {
  Wide value = Wide{number.digits} * static_cast<std::uint64_t>(size);
  fits = number.fits;
  if (!fits) return std::nullopt;
  if (value == 0) return 0;
  for (std::int64_t i = 0; i < number.power; ++i) {
    fits = value <= kWideMost / 10;
    if (!fits) return std::nullopt;
    value *= 10;
  }
  for (std::int64_t i = 0; i > number.power; --i) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  if (value % static_cast<std::uint64_t>(held) != 0) return std::nullopt;
  value /= static_cast<std::uint64_t>(held);
  fits = value <= kMost;
  if (!fits) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace

Result<std::int64_t> parse_amount(std::string_view text, const Units& units) {
  KSM_CHECK(units.plain.of == units.held.of &&
            units.factor() * units.held.size == units.plain.size);
  std::string_view unit = text;
  const auto number = take_number(unit);
  if (!number) return Error{std::string(examples(units.plain.of))};
  const auto size = size_of(unit, units.plain);
  if (!size) return no_amount(text.substr(0, text.size() - unit.size()), unit, units.plain.of);
  bool fits = true;
  const auto value = scaled(*number, *size, units.held.size, fits);
  if (!fits) return Error{"is too large, or has too many digits"};
  if (!value) return Error{"should be a whole number of " + std::string(units.held.name)};
  const auto whole = static_cast<std::int64_t>(*value);
  return number->negative ? -whole : whole;
}

}  // namespace ksmsim
