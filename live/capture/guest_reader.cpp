#include "live/capture/guest_reader.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "live/sys_file.hpp"
#include "sim/base/check.hpp"
#include "traces/page_hash.hpp"

namespace ksmsim::live::capture {
namespace {

std::string file_of(const live::ProcessId& process, const char* name) {
  return "/proc/" + std::to_string(process.number) + "/" + name;
}

}  // namespace

GuestReader::GuestReader(const live::ProcessId& process, PageMap map, MemoryReader memory,
                         const traces::PageHasher& hasher)
    : process_(process),
      map_(std::move(map)),
      memory_(std::move(memory)),
      hasher_(&hasher),
      buffer_(std::make_unique<char[]>(kBlockPages * kPageBytes)) {
  auto file = live::SysFile::open(file_of(process_, "ksm_merging_pages"));
  if (file) merging_pages_ = *std::move(file);
}

Result<GuestReader> GuestReader::open(const live::ProcessId& process,
                                      const traces::PageHasher& hasher) {
  auto map = PageMap::of(process.number);
  if (!map) return map.error();
  auto memory = MemoryReader::of(process.number);
  if (!memory) return memory.error();
  return GuestReader(process, *std::move(map), *std::move(memory), hasher);
}

Result<std::vector<CapturedRegion>> GuestReader::regions(const Choice& choice,
                                                         Hypervisor hypervisor) {
  const auto text = live::small_file(file_of(process_, "smaps"));
  if (!text) return live::system_error(file_of(process_, "smaps"), errno != 0 ? errno : ESRCH);
  const auto entries = parse_smaps(*text);
  if (!entries) return entries.error().in(file_of(process_, "smaps"));
  // A process that has ended has an empty one.
  if (!live::runs(process_)) return live::system_error(file_of(process_, "smaps"), ESRCH);
  merges_zeros_ = live::number_in(file_of(process_, "ksm_stat"), "ksm_zero_pages").value_or(0) > 0;
  return captured_regions(*entries, choice, hypervisor);
}

bool GuestReader::has_merged_pages() const {
  if (!merging_pages_) return true;
  const auto pages = merging_pages_->number();
  return !pages || *pages != 0;
}

// Whether the page maps the kernel's page of zeros, small or huge. An own page is mapped once, or
// by a fork too; a KSM page is no page of zeros.
bool GuestReader::maps_zeros(const PageEntry& entry) {
  if (!entry.present() || entry.of_file() || entry.mapped_once()) return false;
  if (entry.frame() == 0 || !frames_.known()) return false;  // Its content will tell.
  if (entry.frame() != last_frame_) {
    last_frame_ = entry.frame();
    last_zeros_ = frames_.zero(entry.frame());
  }
  return last_zeros_;
}

// Whether some of the wanted pages may be mapped elsewhere too. A page that KSM has merged may have
// lost all others that shared it: it is mapped once, and still not the process's own.
Sharing GuestReader::sharing_of(const BlockSight& sight) const {
  const bool own = std::all_of(wanted_.begin(), wanted_.end(), [&](PageIndex page) {
    return entries_[(page - sight.start).value].mapped_once();
  });
  return own && !has_merged_pages() ? Sharing::none : Sharing::possible;
}

Result<void> GuestReader::read_contents(BlockSight& sight) {
  const auto good = memory_.read(wanted_, sharing_of(sight), buffer_.get());
  if (!good) return good.error();
  bool zeros_read = false;
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const std::size_t page = (wanted_[i] - sight.start).value;
    if (!(*good)[i]) continue;
    const std::uint64_t content = hasher_->content_of(buffer_.get() + i * kPageBytes);
    const bool frames_told = frames_.known() && entries_[page].frame() != 0;
    const bool zeros =
        content == traces::kZeroContent && !frames_told && !entries_[page].mapped_once();
    sight.pages[page].where = zeros ? Where::zeros : Where::present;
    sight.pages[page].content = content;
    zeros_read |= content == traces::kZeroContent;
  }
  bytes_read_ += wanted_.size() * kPageBytes;
  return zeros_read ? look_again_at_zeros(sight) : Result<void>();
}

// A page that was given back between the two looks reads as zeros; it is none of the process's own.
Result<void> GuestReader::look_again_at_zeros(BlockSight& sight) {
  if (auto r = map_.read(sight.start, entries_); !r) return r;
  for (std::size_t i = 0; i < sight.pages.size(); ++i) {
    PageSight& page = sight.pages[i];
    if (page.where != Where::present || page.content != traces::kZeroContent) continue;
    if (!entries_[i].present()) page = {};
    if (maps_zeros(entries_[i]) && !merges_zeros_) page.where = Where::zeros;
  }
  return {};
}

// One huge page has 512 frames in a row, from a multiple of 512 on. (So has the kernel's huge page
// of zeros, which a process maps that only read.)
bool GuestReader::is_huge(const BlockSight& sight) const {
  if (sight.pages.size() != kBlockPages || sight.start.value % kBlockPages != 0) return false;
  const std::uint64_t first = entries_.front().frame();
  if (first == 0 || first % kBlockPages != 0) return false;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (sight.pages[i].where != Where::present || entries_[i].frame() != first + i) return false;
  }
  return frames_.huge(first) && !frames_.zero(first);
}

void GuestReader::find_nodes(BlockSight& sight) const {
  std::array<void*, kBlockPages> addresses;
  std::array<int, kBlockPages> nodes;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < sight.pages.size(); ++i) {
    if (sight.pages[i].where != Where::present) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of another process.
    addresses[asked++] = reinterpret_cast<void*>((sight.start.value + i) * kPageBytes);
  }
  if (asked == 0 || syscall(SYS_move_pages, process_.number, asked, addresses.data(), nullptr,
                            nodes.data(), 0) != 0) {
    return;
  }
  sight.nodes_known = true;
  std::size_t answered = 0;
  for (PageSight& page : sight.pages) {
    if (page.where != Where::present) continue;
    const int node = nodes[answered++];
    page.node = node >= 0 ? static_cast<std::uint8_t>(node) : 0;
  }
}

Result<BlockSight> GuestReader::look(PageIndex start, std::size_t count, const Wish& wish) {
  KSM_CHECK(count > 0 && start.value % kBlockPages + count <= kBlockPages);
  BlockSight sight;
  sight.start = start;
  sight.pages.resize(count);
  entries_.resize(count);
  if (auto r = map_.read(start, entries_); !r) return r.error();
  wanted_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    if (entries_[i].swapped()) sight.pages[i].where = Where::swapped;
    if (!entries_[i].present() || entries_[i].of_file()) continue;
    if (maps_zeros(entries_[i])) {
      sight.pages[i].where = merges_zeros_ ? Where::present : Where::zeros;
      sight.pages[i].content = traces::kZeroContent;
    } else {
      wanted_.push_back(start + PageCount{i});
    }
  }
  if (!wanted_.empty()) {
    if (auto r = read_contents(sight); !r) return r.error();
  }
  if (wish.huge) sight.huge = is_huge(sight);
  if (wish.nodes) find_nodes(sight);
  if (wish.merged) {
    for (std::size_t i = 0; i < count; ++i) {
      // A KSM page is an anonymous one that is mapped by several, or was.
      sight.pages[i].merged =
          sight.pages[i].where == Where::present && frames_.merged(entries_[i].frame());
    }
  }
  return sight;
}

}  // namespace ksmsim::live::capture
