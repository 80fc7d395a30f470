#include "traces/hash_lists/importer.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "traces/page_hash.hpp"
#include "traces/text.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces::hash_lists {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr std::size_t kLineBytesMax = 4096;

}  // namespace

ListImport::ListImport(ListOptions options)
    : options_(std::move(options)), importer_(options_.moments) {}

std::uint64_t ListImport::content_of(const Hash& hash) const {
  if (hash == options_.zero) return kZeroContent;
  if (options_.key) {
    const auto& secret = options_.key->bytes();
    return content_of_hash(
        XXH3_64bits_withSecret(hash.data(), hash.size(), secret.data(), secret.size()));
  }
  const bool fits = std::all_of(hash.begin() + 8, hash.end(), [](auto byte) { return byte == 0; });
  if (!fits) return content_of_hash(XXH3_64bits(hash.data(), hash.size()));
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8 | hash[i];
  return content_of_hash(number);
}

Result<std::vector<ListReport>> ListImport::read(const std::vector<List>& lists) {
  for (const List& list : lists) {
    line_ = 0;
    auto in = list.open();
    if (!in) return in.error();
    if (auto r = read_list(list, std::move(*in)); !r) {
      return (line_ > 0 ? r.error().in(fmt::format("{}:{}", list.name, line_))
                        : r.error().in(list.name));
    }
  }
  return std::move(reports_);
}

Result<void> ListImport::read_list(const List& list, std::unique_ptr<std::istream> file) {
  auto in = unpack::Unpacker::open(std::move(file));
  if (!in) return in.error();
  name_ = list.name;
  guest_ = list.guest;
  at_ = list.at;
  has_pages_ = false;
  if (auto r = read_lines(*in); !r) return r;
  if (auto r = end_moment(); !r) return r;
  bytes_ += in->packed_offset();
  line_ = 0;
  if (!has_pages_) return Error{"no hash of a page in it"};
  return {};
}

Result<void> ListImport::read_lines(unpack::Unpacker& in) {
  std::string text;  // What of a line has come so far, and what was read behind it.
  const auto chunk = std::make_unique_for_overwrite<char[]>(kChunk);
  while (true) {
    const auto got = in.read(chunk.get(), kChunk);
    if (!got) {
      line_ = 0;  // The error says where.
      return got.error();
    }
    std::string_view left(chunk.get(), *got);
    const bool ends = *got < kChunk;
    while (true) {
      const std::size_t end = left.find('\n');
      const std::string_view piece = left.substr(0, end);
      if (text.size() + piece.size() > kLineBytesMax) {
        ++line_;
        return Error{
            fmt::format("a line of more than {} bytes; is this a list of hashes?", kLineBytesMax)};
      }
      const bool whole = end != std::string_view::npos || ends;
      if (!whole || !text.empty()) text += piece;
      if (!whole) break;
      ++line_;
      const auto line = parse_line(text.empty() ? piece : std::string_view(text), options_.base);
      if (!line) return line.error();
      if (auto r = take(*line); !r) return r;
      text.clear();
      if (end == std::string_view::npos) return {};
      left.remove_prefix(end + 1);
    }
    if (options_.progress) options_.progress(bytes_ + in.packed_offset());
  }
}

Result<void> ListImport::take(const Line& line) {
  switch (line.kind) {
    case Line::Kind::empty:
      return {};
    case Line::Kind::page:
      return take_page(line);
    case Line::Kind::guest:
      if (auto r = end_moment(); !r) return r;
      guest_ = line.guest;
      return {};
    case Line::Kind::at:
      if (auto r = end_moment(); !r) return r;
      at_ = line.at;
      return {};
  }
  return {};
}

Result<void> ListImport::take_page(const Line& line) {
  if (!in_moment_) {
    if (auto r = begin_moment(); !r) return r;
    has_indexes_ = line.page.has_value();
  }
  if (line.page.has_value() != has_indexes_) {
    return Error{"lines with the index of their page and lines without one in one moment"};
  }
  const PageIndex page = line.page.value_or(next_);
  if (page < next_) {
    return Error{fmt::format("page {} behind page {}; indexes have to ascend (sort -n)", page.value,
                             next_.value - 1)};
  }
  if (page.value >= kPageIndexEnd) {
    return Error{fmt::format("more than {} pages", kPageIndexEnd)};
  }
  next_ = page + PageCount{1};
  return importer_.add(page, content_of(line.hash), ClassId{}, 0);
}

Result<void> ListImport::begin_moment() {
  auto known = guests_.find(guest_);
  if (known == guests_.end()) {
    if (names_.size() == moments::kGuestsMax) {
      return Error{fmt::format("more than {} guests", moments::kGuestsMax)};
    }
    known = guests_.emplace(guest_, importer_.add_guest(guest_)).first;
    names_.push_back(guest_);
  }
  const auto last = importer_.last_moment(known->second);
  if (last && *last >= at_) {
    return Error{fmt::format("pages of guest {} at {} s behind those at {} s; times have to ascend",
                             shown(guest_), seconds_text(at_), seconds_text(*last))};
  }
  importer_.begin_moment(known->second, at_);
  in_moment_ = has_pages_ = true;
  next_ = PageIndex{};
  return {};
}

Result<void> ListImport::end_moment() {
  if (!in_moment_) return {};
  in_moment_ = false;
  auto counts = importer_.end_moment({});
  if (!counts) return counts.error();
  ++moments_;
  if (reports_.size() < kReportsMax) {
    reports_.push_back({guest_, name_, at_, std::move(*counts)});
  }
  return {};
}

TraceHeader ListImport::header() const {
  TraceHeader header;
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    header.guests.push_back({names_[i]});
    const auto extent = importer_.extent(i);
    if (extent) header.regions.push_back({i, "memory", extent->start, extent->count});
  }
  return header;
}

}  // namespace ksmsim::traces::hash_lists
