#include "traces/moments/importer.hpp"

#include <algorithm>

#include "sim/base/mix.hpp"
#include "traces/page_hash.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces::moments {
namespace {

// What is in `these` and not in `those`; both ascend.
std::vector<Range> minus(std::span<const Range> these, std::span<const Range> those) {
  std::vector<Range> left;
  std::size_t k = 0;
  for (const Range& range : these) {
    PageIndex at = range.start;
    while (k < those.size() && those[k].end() <= at) ++k;
    for (std::size_t i = k; i < those.size() && those[i].start < range.end(); ++i) {
      if (at < those[i].start) left.push_back({at, those[i].start - at});
      at = those[i].end();
    }
    if (at < range.end()) left.push_back({at, range.end() - at});
  }
  return left;
}

}  // namespace

Result<void> check_guest_name(const std::string& name) {
  if (!name.empty() && name.find_first_of(" \t\r\n#") == std::string::npos) return {};
  return Error{"a guest cannot be called " + shown(name) + ": no blank and no # in it"};
}

Importer::Importer(ImportOptions options)
    : options_(std::move(options)),
      placer_(options_.placement, options_.grain),
      timeline_(options_.open_temp, options_.changes_memory_bytes),
      spool_(options_.open_temp),
      distinct_(options_.open_temp, options_.distinct_memory_bytes) {}

std::uint32_t Importer::add_guest(const std::string& name) {
  KSM_CHECK(guests_.size() < kGuestsMax);
  guests_.emplace_back().name = name;
  return static_cast<std::uint32_t>(guests_.size() - 1);
}

void Importer::begin_moment(std::uint32_t guest, Time at) {
  guest_ = guest;
  at_ = at;
  KSM_CHECK(!now().last || *now().last < at);
  counts_ = {};
  reader_.reset();
  before_.reset();
  if (!now().first) {
    now().first = at;
    timeline_.begin(at, guest, now().name);
  }
  if (now().kept) reader_.emplace(spool_, *now().kept);
  spool_.begin();
}

// Goes to the next page of the moment before, if there is one.
Result<void> Importer::next_before() {
  before_.reset();
  if (!reader_) return {};
  auto page = reader_->next();
  if (!page) return page.error();
  before_ = *page;
  if (!before_) reader_.reset();
  return {};
}

Time Importer::place(PageIndex page) {
  if (!now().last) return at_;
  const std::uint64_t salt = mix64(page.value ^ mix64(now().moments << 12 | guest_));
  return placer_.place(*now().last + Duration{1}, at_, salt);
}

Result<void> Importer::vanish(PageIndex page) {
  ++counts_.vanished;
  return timeline_.change({place(page), guest_, page, kNoContent, ClassId{}});
}

Result<void> Importer::add(PageIndex page, std::uint64_t content, ClassId page_class,
                           std::uint32_t part) {
  while (true) {
    if (!before_) {
      if (auto r = next_before(); !r) return r;
    }
    if (!before_ || before_->page >= page) break;
    if (auto r = vanish(before_->page); !r) return r;
    before_.reset();
  }
  const bool was_there = before_ && before_->page == page;
  const std::uint64_t content_before = was_there ? before_->content : kNoContent;
  if (was_there) before_.reset();
  if (content == kNoContent) return was_there ? vanish(page) : Result<void>{};

  if (counts_.parts.size() <= part) counts_.parts.resize(part + std::size_t{1});
  PageCounts& counts = counts_.parts[part];
  ++counts.present;
  if (content == kZeroContent) ++counts.zero;
  if (auto r = distinct_.add(content, part); !r) return r;
  if (auto r = spool_.add(page, content); !r) return r;
  Range extent = now().extent.value_or(Range{page, PageCount{1}});
  const PageIndex end = std::max(extent.end(), page + PageCount{1});
  extent.start = std::min(extent.start, page);
  extent.count = end - extent.start;
  now().extent = extent;
  if (content == content_before) return {};
  ++counts.changed;
  return timeline_.change({place(page), guest_, page, content, page_class});
}

Result<MomentCounts> Importer::end_moment(std::span<const Range> layout) {
  while (before_ || reader_) {
    if (before_) {
      if (auto r = vanish(before_->page); !r) return r.error();
    }
    if (auto r = next_before(); !r) return r.error();
  }
  Guest& guest = now();
  // What appears is mapped as soon as it may have been, what goes is unmapped as late as possible.
  const Time mapped = guest.last ? *guest.last + Duration{1} : at_;
  for (const Range& range : minus(layout, guest.layout)) timeline_.map(mapped, guest_, range);
  for (const Range& range : minus(guest.layout, layout)) timeline_.unmap(at_, guest_, range);
  guest.layout.assign(layout.begin(), layout.end());

  const auto distinct = distinct_.count(counts_.parts.size());
  if (!distinct) return distinct.error();
  counts_.all.distinct = distinct->all;
  for (std::size_t i = 0; i < counts_.parts.size(); ++i) {
    PageCounts& part = counts_.parts[i];
    part.distinct = distinct->parts[i];
    counts_.all.present += part.present;
    counts_.all.zero += part.zero;
    counts_.all.changed += part.changed;
  }
  const auto kept = spool_.end();
  if (!kept) return kept.error();
  if (guest.kept) spool_.drop(*guest.kept);
  guest.kept = *kept;
  guest.last = at_;
  ++guest.moments;
  return counts_;
}

void Importer::end_guest(std::uint32_t guest) {
  if (guests_[guest].kept) spool_.drop(*guests_[guest].kept);
  guests_[guest].kept.reset();
}

Result<void> Importer::finish(const Sink& sink, const HandedOn& handed_on) {
  for (std::uint32_t i = 0; i < guests_.size(); ++i) {
    const Guest& guest = guests_[i];
    if (guest.layout.empty() && guest.extent) timeline_.map(*guest.first, i, *guest.extent);
  }
  return timeline_.hand_on(sink, handed_on);
}

}  // namespace ksmsim::traces::moments
