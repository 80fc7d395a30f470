// Groups of sites that hold equal contents, walked in bounded memory: by buckets of contents, with
// a sweep over all sites for each bucket.
//
// A site belongs to the group of what it has in a page of its own, in a frame or in swap. Sites
// that map the kernel's page of zeros have no page and belong to none. A content that one site
// alone has is no group.
//
// The order of groups means nothing: what is made of them must not depend on it. Within a group
// sites are ordered by what they map (swap, a page of their own, frames by number), then by number.
// So the sites of a frame come one after the other.
//
// Memory: 8 bytes for each site of a bucket. A bucket has no more than an eighth of all sites, or
// kBucketMin; so it is a byte a page, and the number of sweeps has a bound, too. A group that is
// larger than a bucket is not kept: it is read off memory again whenever it is gone through.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sim/mem/host_memory.hpp"

namespace ksmsim::host {

class ContentGroups;

// One content and the sites that hold it, two or more.
class ContentGroup {
 public:
  std::uint64_t content() const { return content_; }
  std::uint64_t sites() const { return sites_; }
  // Calls f(site, mapped) for each, in order; `mapped` is kSwapped, kOwnPage or a frame. Calls for
  // one group must not be nested.
  template <class F>
  void for_each_site(F&& f) const;
  // Calls f(site) for the first site of each page that is present.
  template <class F>
  void for_each_page(F&& f) const {
    mem::Mapping last = mem::kAbsent;
    for_each_site([&f, &last](SiteId site, mem::Mapping mapped) {
      if (mapped == mem::kSwapped || (mem::is_frame(mapped) && mapped == last)) return;
      last = mapped;
      f(site);
    });
  }

 private:
  friend class ContentGroups;
  ContentGroup(ContentGroups& walk, std::uint64_t content, std::uint64_t sites,
               std::span<const std::uint64_t> keys)
      : walk_(walk), content_(content), sites_(sites), keys_(keys) {}

  ContentGroups& walk_;
  std::uint64_t content_;
  std::uint64_t sites_;
  std::span<const std::uint64_t> keys_;  // In the low half of each a site; none: too large a group.
};

class ContentGroups {
 public:
  enum class Of : std::uint8_t { all_sites, ksm_pages };  // Which sites are looked at.
  // No bucket is smaller for want of pages: 1 MiB.
  static constexpr std::size_t kBucketMin = std::size_t{1} << 17;
  static std::size_t bucket_for(const mem::HostMemory& memory);

  // Memory must stay as it is. At most `bucket` sites are kept at a time.
  ContentGroups(const mem::HostMemory& memory, Of of, std::size_t bucket)
      : memory_(memory), of_(of), bucket_(bucket) {}
  ContentGroups(const mem::HostMemory& memory, Of of)
      : ContentGroups(memory, of, bucket_for(memory)) {}

  using Visit = std::function<void(const ContentGroup&)>;
  // Calls it once for each group.
  void walk(const Visit& visit) { walk(Range{}, visit); }

 private:
  friend class ContentGroup;
  using VisitSite = std::function<void(SiteId, mem::Mapping)>;
  static constexpr unsigned kCellBits = 8;
  static constexpr std::size_t kCells = std::size_t{1} << kCellBits;

  // Contents whose hashes begin with the same bits.
  struct Range {
    std::uint64_t first_bits = 0;
    unsigned bits = 0;
    bool has(std::uint64_t hash) const { return bits == 0 || hash >> (64 - bits) == first_bits; }
    // By the bits that follow.
    std::size_t cell(std::uint64_t hash) const { return (hash << bits) >> (64 - kCellBits); }
    Range sub(std::size_t cell) const { return {first_bits << kCellBits | cell, bits + kCellBits}; }
  };
  // A part of a range.
  struct Cell {
    std::uint64_t sites = 0;
    std::uint64_t content = 0;  // Of one of them.
    bool mixed = false;         // Others hold something else.
  };
  // Frames [first, end) of one content, with all their sites.
  struct Frames {
    std::uint32_t first, end;
    std::uint64_t sites = 0;
  };

  template <class F>
  void sweep(F&& f) const;
  void walk(const Range& range, const Visit& visit);
  std::vector<Cell> count(const Range& range) const;
  void collect(const Range& range, std::size_t first_cell, std::size_t end_cell);
  void visit_collected(const Visit& visit);
  void visit_equal_hashes(std::span<std::uint64_t> keys, const Visit& visit);
  // Calls it for the sites of a group that is too large to be kept.
  void read_off(std::uint64_t content, const VisitSite& visit);
  void read_off(std::uint64_t content, const Frames& frames, const VisitSite& visit);
  Frames next_frames(std::uint64_t content, std::uint32_t from) const;
  static SiteId site_in(std::uint64_t key) { return SiteId{static_cast<std::uint32_t>(key)}; }
  mem::Mapping mapped(SiteId site) const {
    return memory_.has_page(site) ? memory_.mapped_page(site) : mem::kSwapped;
  }
  std::uint64_t content(SiteId site) const {
    return memory_.has_page(site) ? memory_.content(site) : memory_.swapped_content(site);
  }

  const mem::HostMemory& memory_;
  Of of_;
  std::size_t bucket_;
  std::vector<std::uint64_t> keys_;  // Of the sites of the bucket: 32 bits of a hash, the site.
};

template <class F>
void ContentGroup::for_each_site(F&& f) const {
  if (keys_.empty()) {
    walk_.read_off(content_, [&f](SiteId site, mem::Mapping mapped) { f(site, mapped); });
    return;
  }
  for (const std::uint64_t key : keys_) {
    const SiteId site = ContentGroups::site_in(key);
    f(site, walk_.mapped(site));
  }
}

}  // namespace ksmsim::host
