#include "traces/moments/timeline.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sim/input/guest_of.hpp"
#include "traces/page_hash.hpp"

namespace ksmsim::traces::moments {
namespace {

constexpr int kRankOfBegins = 0, kRankOfMaps = 1, kRankOfChanges = 2, kRankOfUnmaps = 3;
// Longer ranges become several writes, so that an operation stays small.
constexpr std::size_t kPagesAtOnce = 65536;
// So many equal pages (of zeros, mostly) are a write of their own that lists nothing.
constexpr std::size_t kAlikeLeast = 32;

constexpr unsigned kClassBits = 16, kPageBits = 36;
static_assert(std::uint64_t{1} << kPageBits == kPageIndexEnd);

}  // namespace

void Timeline::begin(Time at, std::uint32_t guest, const std::string& name) {
  if (mm_of_.size() <= guest) mm_of_.resize(guest + std::size_t{1});
  singles_.push_back({at, kRankOfBegins, input::Begin{MmId{guest}, name}});
}

void Timeline::map(Time at, std::uint32_t guest, const Range& range) {
  singles_.push_back({at, kRankOfMaps, input::Map{{MmId{guest}, range.start, range.count}}});
}

void Timeline::unmap(Time at, std::uint32_t guest, const Range& range) {
  singles_.push_back({at, kRankOfUnmaps, input::Unmap{{MmId{guest}, range.start, range.count}}});
}

Result<void> Timeline::change(const Change& change) {
  KSM_CHECK(change.guest < kGuestsMax && change.page.value < kPageIndexEnd);
  const std::uint64_t where = std::uint64_t{change.guest} << (kPageBits + kClassBits) |
                              change.page.value << kClassBits | change.page_class.value;
  return changes_.add({nanoseconds(change.at), where, change.content});
}

Timeline::Change Timeline::unpacked(const Record& record) {
  return {at_nanoseconds(record.at_ns),
          static_cast<std::uint32_t>(record.where >> (kPageBits + kClassBits)),
          PageIndex{record.where >> kClassBits & (kPageIndexEnd - 1)}, record.content,
          ClassId{static_cast<ClassId::rep>(record.where)}};
}

bool Timeline::belongs(const Group& group, const Record& record) {
  const std::size_t pages = group.contents.size();
  // The same guest and class, and the next page.
  return pages > 0 && pages < kPagesAtOnce && record.at_ns == group.first.at_ns &&
         record.where == group.first.where + (std::uint64_t{pages} << kClassBits) &&
         (record.content == kNoContent) == (group.first.content == kNoContent);
}

Result<void> Timeline::give(const Sink& sink, Time at, input::Operation operation) {
  if (MmId* mm = input::mm_in(operation)) {
    if (std::holds_alternative<input::Begin>(operation)) mm_of_[mm->value] = MmId{begun_++};
    *mm = mm_of_[mm->value];
  }
  ++operations_;
  return sink({at, std::move(operation)});
}

Result<void> Timeline::give_write(const Sink& sink, std::size_t begin, std::size_t end) {
  if (begin == end) return {};
  const Change first = unpacked(group_.first);
  const auto from = group_.contents.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto to = group_.contents.begin() + static_cast<std::ptrdiff_t>(end);
  input::Contents contents;
  if (std::all_of(from, to, [from](std::uint64_t content) { return content == *from; })) {
    contents.first = *from;
  } else {
    contents.each.assign(from, to);
  }
  const input::PageRange range{MmId{first.guest}, first.page + PageCount{begin},
                               PageCount{end - begin}};
  return give(sink, first.at, input::Write{range, std::move(contents), first.page_class});
}

Result<void> Timeline::give_group(const Sink& sink) {
  const auto& contents = group_.contents;
  if (contents.empty()) return {};
  if (contents[0] == kNoContent) {
    const Change first = unpacked(group_.first);
    const input::PageRange range{MmId{first.guest}, first.page, PageCount{contents.size()}};
    if (auto r = give(sink, first.at, input::Discard{range}); !r) return r;
  } else {
    std::size_t given = 0;
    for (std::size_t alike = 0; alike < contents.size();) {
      std::size_t end = alike + 1;
      while (end < contents.size() && contents[end] == contents[alike]) ++end;
      if (end - alike >= kAlikeLeast) {
        if (auto r = give_write(sink, given, alike); !r) return r;
        if (auto r = give_write(sink, alike, end); !r) return r;
        given = end;
      }
      alike = end;
    }
    if (auto r = give_write(sink, given, contents.size()); !r) return r;
  }
  group_.contents.clear();
  return {};
}

Result<void> Timeline::hand_on(const Sink& sink, const HandedOn& handed_on) {
  std::stable_sort(singles_.begin(), singles_.end(), [](const Single& a, const Single& b) {
    return std::tie(a.at, a.rank) < std::tie(b.at, b.rank);
  });
  if (auto r = changes_.sort(); !r) return r;
  std::size_t single = 0;
  // The singles that come before changes at this time.
  const auto give_singles = [&](Time upto, int rank) -> Result<void> {
    while (single < singles_.size() &&
           std::tie(singles_[single].at, singles_[single].rank) < std::tie(upto, rank)) {
      if (auto r = give_group(sink); !r) return r;
      auto& next = singles_[single++];
      if (auto r = give(sink, next.at, std::move(next.operation)); !r) return r;
    }
    return {};
  };
  for (std::uint64_t pages = 0;; ++pages) {
    const auto record = changes_.next();
    if (!record) return record.error();
    if (handed_on && (pages % kPagesAtOnce == 0 || !*record)) handed_on(pages, changes_.size());
    if (!*record) break;
    if (auto r = give_singles(at_nanoseconds((*record)->at_ns), kRankOfChanges); !r) return r;
    if (!belongs(group_, **record)) {
      if (auto r = give_group(sink); !r) return r;
      group_.first = **record;
    }
    group_.contents.push_back((*record)->content);
  }
  if (auto r = give_group(sink); !r) return r;
  return give_singles(kNever, kRankOfUnmaps + 1);
}

}  // namespace ksmsim::traces::moments
