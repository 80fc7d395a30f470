#include "traces/moments/spool.hpp"

#include <algorithm>

namespace ksmsim::traces::moments {
namespace {

constexpr std::size_t kWordsAtOnce = std::size_t{1} << 16;
constexpr std::uint64_t kWordBytes = sizeof(std::uint64_t);

}  // namespace

void Spool::begin() {
  const std::size_t other = 1 - now_.file;
  if (files_[now_.file].kept > 0 && files_[other].kept == 0) now_.file = other;
  File& file = files_[now_.file];
  if (file.kept == 0) file.end = 0;
  now_.begin = file.end;
  words_.clear();
}

Result<void> Spool::add(PageIndex page, std::uint64_t content) {
  if (words_.size() >= kWordsAtOnce) {
    if (auto r = flush(); !r) return r;
  }
  if (words_.empty() || page != next_) {
    run_at_ = words_.size();
    words_.push_back(page.value);
    words_.push_back(0);
  }
  words_.push_back(content);
  ++words_[run_at_ + 1];
  next_ = page + PageCount{1};
  return {};
}

Result<void> Spool::flush() {
  File& file = files_[now_.file];
  const std::size_t bytes = words_.size() * kWordBytes;
  if (bytes == 0) return {};
  if (auto r = file.file.write(file.end, words_.data(), bytes); !r) return r;
  file.end += bytes;
  words_.clear();
  return {};
}

Result<Spool::Kept> Spool::end() {
  if (auto r = flush(); !r) return r.error();
  now_.end = files_[now_.file].end;
  ++files_[now_.file].kept;
  return now_;
}

void Spool::drop(const Kept& kept) { --files_[kept.file].kept; }

Result<std::uint64_t> Spool::Reader::next_word() {
  if (at_ == words_.size()) {
    const std::uint64_t left = (kept_.end - kept_.begin) / kWordBytes;
    words_.resize(std::min<std::uint64_t>(left, kWordsAtOnce));
    KSM_CHECK(!words_.empty());
    const std::size_t bytes = words_.size() * kWordBytes;
    auto& file = spool_->files_[kept_.file].file;
    if (auto r = file.read(kept_.begin, words_.data(), bytes); !r) return r.error();
    kept_.begin += bytes;
    at_ = 0;
  }
  return words_[at_++];
}

Result<std::optional<Spool::Page>> Spool::Reader::next() {
  if (run_left_ == 0) {
    if (at_ == words_.size() && kept_.begin == kept_.end) return std::optional<Page>{};
    const auto first = next_word();
    if (!first) return first.error();
    const auto count = next_word();
    if (!count) return count.error();
    page_ = PageIndex{*first};
    run_left_ = *count;
  }
  const auto content = next_word();
  if (!content) return content.error();
  const Page page{page_, *content};
  page_ = page_ + PageCount{1};
  --run_left_;
  return std::optional<Page>{page};
}

}  // namespace ksmsim::traces::moments
