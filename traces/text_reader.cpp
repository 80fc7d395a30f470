#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "traces/format.hpp"
#include "traces/text.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 14;
constexpr std::int64_t kSecond = 1'000'000'000;

// One text for one key of the header, or nothing if there is no such key.
std::string* text_field(TraceHeader& header, std::string_view key) {
  if (key == "program") return &header.program;
  if (key == "host") return &header.host;
  if (key == "kernel") return &header.kernel;
  if (key == "hashing") return &header.hashing;
  if (key == "notes") return &header.notes;
  return nullptr;
}

Result<Region> parse_region(std::span<const std::string> words) {
  auto guest = parse_number(words[0], std::numeric_limits<std::uint32_t>::max());
  if (!guest) return guest.error();
  auto start = parse_number(words[2], kPageIndexEnd);
  if (!start) return start.error();
  auto count = parse_number(words[3], kPageIndexEnd);
  if (!count) return count.error();
  return Region{static_cast<std::uint32_t>(*guest), words[1], PageIndex{*start}, PageCount{*count}};
}

}  // namespace

Result<Time> parse_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  auto whole = parse_number(text.substr(0, point),
                            static_cast<std::uint64_t>(nanoseconds(kNever) / kSecond));
  if (!whole) return whole.error();
  std::uint64_t fraction = 0;
  if (point != std::string_view::npos) {
    const std::string_view decimals = text.substr(point + 1);
    if (decimals.size() > 9) return Error{shown(text) + " has more than 9 decimals"};
    auto number = parse_number(decimals);
    if (!number) return number.error();
    fraction = *number;
    for (std::size_t i = decimals.size(); i < 9; ++i) fraction *= 10;
  }
  // The largest whole number of seconds times 10^9 fits; a fraction behind it may not.
  const std::uint64_t ns = *whole * static_cast<std::uint64_t>(kSecond) + fraction;
  if (ns >= static_cast<std::uint64_t>(nanoseconds(kNever))) {
    return Error{shown(text) + " seconds are too many"};
  }
  return at_nanoseconds(static_cast<std::int64_t>(ns));
}

Error TextReader::here(const Error& error) const {
  return {fmt::format("{}:{}: {}", name_, line_, error.text)};
}

// Reads a line into text_; false at the end of the input.
Result<bool> TextReader::read_line() {
  text_.clear();
  ++line_;
  while (true) {
    if (at_ == buffer_.size()) {
      buffer_.resize(kBufferBytes);
      in_->read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
      if (in_->bad()) return here({"cannot be read"});
      buffer_.resize(static_cast<std::size_t>(in_->gcount()));
      at_ = 0;
      if (buffer_.empty()) return !text_.empty();
    }
    const std::size_t end = std::min(buffer_.find('\n', at_), buffer_.size());
    if (text_.size() + (end - at_) > kLineBytesMax) {
      return here({fmt::format("a line of more than {} bytes", kLineBytesMax)});
    }
    text_.append(buffer_, at_, end - at_);
    at_ = end;
    if (at_ == buffer_.size()) continue;
    ++at_;
    return true;
  }
}

// Goes to the next line that has words; none at the end of the input.
Result<void> TextReader::next_line() {
  words_.clear();
  while (words_.empty()) {
    auto more = read_line();
    if (!more) return more.error();
    if (!*more) return {};
    if (auto r = split_words(text_, Quotes::meant, words_); !r) return here(r.error());
  }
  return {};
}

Result<void> TextReader::header_line() {
  const std::string& key = words_[0];
  const bool region = key == "region";
  std::string* text = text_field(header_, key);
  const bool once = text != nullptr || key == "trace" || key == "block_bytes";
  if (!once && !region && key != "class" && key != "guest") {
    return Error{shown(key) + " is neither a header line nor a time (@SECONDS)"};
  }
  if (words_.size() != (region ? 5u : 2u)) {
    return Error{fmt::format("{} takes {}", key, region ? "4 arguments" : "1 argument")};
  }
  if (once && !had_.insert(key).second) return Error{fmt::format("{} comes twice", key)};
  if (text != nullptr) {
    *text = words_[1];
  } else if (key == "class") {
    header_.classes.push_back(words_[1]);
  } else if (key == "guest") {
    header_.guests.push_back({words_[1]});
  } else if (region) {
    auto parsed = parse_region(std::span{words_}.subspan(1));
    if (!parsed) return parsed.error();
    header_.regions.push_back(*std::move(parsed));
  } else {
    auto number = parse_number(words_[1], std::numeric_limits<std::uint32_t>::max());
    if (!number) return number.error();
    if (key == "block_bytes") header_.block_bytes = static_cast<std::uint32_t>(*number);
    if (key == "trace" && !is_known_version(*number)) {
      return Error{fmt::format("format version {}; this program reads {} to {}", *number,
                               kOldestVersion, kVersion)};
    }
  }
  return {};
}

Result<void> TextReader::read_header() {
  while (true) {
    if (auto r = next_line(); !r) return r;
    if (words_.empty() || words_[0].starts_with('@')) break;
    if (auto r = header_line(); !r) return here(r.error());
  }
  if (auto r = check_header(header_); !r) return r.error().in(name_ + ": header");
  parser_ = LineParser{Dialect::trace, header_.classes};
  return {};
}

Result<TextReader> TextReader::open(std::istream& in, const std::string& name) {
  TextReader reader{in, name};
  if (auto r = reader.read_header(); !r) return r.error();
  return reader;
}

Result<input::TimedOperation> TextReader::timed_operation() {
  if (!words_[0].starts_with('@')) {
    return Error{shown(words_[0]) + " is not a time (@SECONDS), which leads every operation"};
  }
  auto at = parse_seconds(std::string_view{words_[0]}.substr(1));
  if (!at) return at.error();
  if (words_.size() == 1) return Error{"a time without an operation"};
  auto operation = parser_.parse(std::span{words_}.subspan(1));
  if (!operation) return operation.error();
  input::TimedOperation timed{*at, *std::move(operation)};
  if (auto r = parser_.apply(timed); !r) return r.error();
  return timed;
}

Result<std::optional<input::TimedOperation>> TextReader::next() {
  if (words_.empty()) return std::optional<input::TimedOperation>{};
  auto timed = timed_operation();
  if (!timed) return here(timed.error());
  if (auto r = next_line(); !r) return r.error();
  return std::optional{*std::move(timed)};
}

}  // namespace ksmsim::traces
