#include "models/regions/page_cache.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "models/activity.hpp"
#include "models/block_cache.hpp"
#include "models/content.hpp"
#include "models/pace.hpp"
#include "models/run_writer.hpp"
#include "models/spread_job.hpp"
#include "models/zipf.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {
namespace {

using Block = BlockCache::Block;

// Blocks are extents of files: first those of the catalog, the most popular first, then the own.
class PageCache : public Region {
 public:
  PageCache(const Setting& setting, const Values& values)
      : setting_(setting),
        extent_(std::min(values.amount("extent"), setting.pages)),
        catalog_blocks_(std::max<std::uint64_t>(values.amount("catalog_size") / extent_, 1)),
        own_blocks_(std::max<std::uint64_t>(values.amount("own_size") / extent_, 1)),
        catalog_(ContentName("files").with(ContentName(values.text("catalog")).number(0))),
        own_(setting.own_name("files")),
        catalog_reads_(catalog_blocks_, values.amount("zipf")),
        own_reads_(own_blocks_, values.amount("zipf")),
        random_(setting.seed, setting.own_name("page cache")),
        activity_(values.amount("idle")),
        pace_(values.amount("read"), extent_),
        level_(values.amount("patch_level")),
        drift_ppm_(values.amount("drift")),
        own_ppm_(values.amount("own_part")),
        boot_ppm_(values.amount("boot_part")),
        cache_((setting.pages + extent_ - 1) / extent_, catalog_blocks_ + own_blocks_),
        on_disk_((catalog_blocks_ + piece_blocks() - 1) / piece_blocks(), level_) {}

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    switch (event.kind) {
      case EventKind::boot:
      case EventKind::reboot:
        cache_.clear();
        next_popular_ = next_own_ = 0;
        // An update that a reboot interrupts is completed before anybody reads.
        std::fill(on_disk_.begin(), on_disk_.end(), level_);
        update_ = scan_ = {};
        fill_ = job(now + setting_.after, setting_.over, part_of(setting_.pages) / extent_);
        tick_ = pace_.stands_still() ? kNever : now + setting_.after + kTick;
        break;
      case EventKind::update:
        ++level_;
        update_ = job(now, event.length, catalog_blocks_);
        break;
      case EventKind::antivirus:
        scan_ = job(now, event.length, catalog_blocks_ + own_blocks_);
        scan_from_ = 0;
        break;
      case EventKind::backup:
        scan_ = job(now, event.length, own_blocks_);
        scan_from_ = catalog_blocks_;
        break;
      default:
        break;
    }
  }

  Time next() const override {
    return std::min({fill_.next(), update_.next(), scan_.next(), tick_});
  }

  void act(Time now, Pen& pen) override {
    RunWriter writer(pen);
    if (fill_.next() <= now) {
      const auto piece = fill_.take();
      for (std::uint64_t i = 0; i < piece.count; ++i) fill_one(writer);
    } else if (update_.next() <= now) {
      const auto piece = update_.take();
      const std::uint64_t old = std::exchange(on_disk_[piece.first / piece_blocks()], level_);
      for (std::uint64_t b = piece.first; b < piece.first + piece.count; ++b) {
        if (is_changed_since(old, b)) replace(static_cast<Block>(b), writer);
      }
    } else if (scan_.next() <= now) {
      const auto piece = scan_.take();
      for (std::uint64_t i = 0; i < piece.count; ++i) {
        read(in_file_order(scan_from_ + piece.first + i), writer, pen);
      }
    } else {
      for (std::uint64_t due = pace_.take(activity_.level_ppm()); due > 0; --due) {
        const bool own = random_.chance(own_ppm_, kWholePpm);
        const std::uint64_t block =
            own ? catalog_blocks_ + own_reads_.draw(random_) : catalog_reads_.draw(random_);
        read(static_cast<Block>(block), writer, pen);
      }
      tick_ += kTick;
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<PageCache>(*this); }

 private:
  // A MiB at a time, counted in extents.
  SpreadJob job(Time start, Duration length, std::uint64_t blocks) const {
    return {start, length, blocks, piece_blocks()};
  }
  std::uint64_t piece_blocks() const { return std::max<std::uint64_t>(kPiecePages / extent_, 1); }
  std::uint64_t part_of(std::uint64_t pages) const {
    const std::uint64_t up = extent_ - 1;  // The last extent may be cut off by the region's end.
    return boot_ppm_ == kWholePpm ? pages + up : pages * boot_ppm_ / kWholePpm;
  }
  // Places of files on the disk have nothing to do with their popularity.
  Block in_file_order(std::uint64_t place) const {
    if (place >= catalog_blocks_) return static_cast<Block>(place);
    std::uint64_t stride = catalog_blocks_ * 618 / 1000 + 1;
    while (std::gcd(stride, catalog_blocks_) != 1) ++stride;
    return static_cast<Block>(place * stride % catalog_blocks_);
  }
  // Whether the step to this patch level replaced the extent.
  bool is_changed_by(std::uint64_t level, std::uint64_t block) const {
    return catalog_.with(level).number(block) % kWholePpm < drift_ppm_;
  }
  // Whether a step from this patch level to the present one did.
  bool is_changed_since(std::uint64_t level, std::uint64_t block) const {
    while (level < level_) {
      if (is_changed_by(++level, block)) return true;
    }
    return false;
  }
  void write(Block block, BlockCache::Slot slot, RunWriter& writer) const {
    ContentName name = own_;
    if (block < catalog_blocks_) {
      std::uint64_t level = on_disk_[block / piece_blocks()];
      while (level > 0 && !is_changed_by(level, block)) --level;
      name = catalog_.with(level);
    }
    const std::uint64_t first = slot * extent_;
    const std::uint64_t count = std::min(extent_, setting_.pages - first);
    for (std::uint64_t i = 0; i < count; ++i) writer.put(first + i, name.page(block * extent_ + i));
  }
  // The next popular extent that is not there yet, of the catalog or of the guest's own.
  void fill_one(RunWriter& writer) {
    const bool own = random_.chance(own_ppm_, kWholePpm);
    for (std::uint64_t tries = catalog_blocks_ + own_blocks_; tries > 0; --tries) {
      const bool own_left = next_own_ < own_blocks_, popular_left = next_popular_ < catalog_blocks_;
      if (!own_left && !popular_left) return;
      const bool take_own = own_left && (own || !popular_left);
      const auto block =
          static_cast<Block>(take_own ? catalog_blocks_ + next_own_++ : next_popular_++);
      if (cache_.slot_of(block) != BlockCache::kNone) continue;
      write(block, cache_.insert(block), writer);
      return;
    }
  }
  void read(Block block, RunWriter& writer, Pen& pen) {
    const BlockCache::Slot slot = cache_.slot_of(block);
    if (slot == BlockCache::kNone) {
      write(block, cache_.insert(block), writer);
      return;
    }
    cache_.use(slot);
    writer.flush();
    const std::uint64_t first = slot * extent_;
    pen.read(first, std::min(extent_, setting_.pages - first));
  }
  // A new file is written: into the cache, wherever the old one was.
  void replace(Block block, RunWriter& writer) {
    const BlockCache::Slot slot = cache_.slot_of(block);
    write(block, slot == BlockCache::kNone ? cache_.insert(block) : slot, writer);
  }

  Setting setting_;
  std::uint64_t extent_;  // Pages.
  std::uint64_t catalog_blocks_, own_blocks_;
  ContentName catalog_, own_;
  Zipf catalog_reads_, own_reads_;
  RandomStream random_;
  Activity activity_;
  Pace pace_;
  std::uint64_t level_, drift_ppm_, own_ppm_, boot_ppm_;
  BlockCache cache_;
  // Patch level of the catalog's files, by pieces of an update: one may begin before another has
  // come to all of them, and what is read before that is the old version.
  std::vector<std::uint64_t> on_disk_;
  std::uint64_t next_popular_ = 0, next_own_ = 0;  // What the boot reads next.
  SpreadJob fill_, update_, scan_;                 // In extents.
  std::uint64_t scan_from_ = 0;                    // Place of the scan's first extent.
  Time tick_ = kNever;
};

}  // namespace

RegionKind page_cache_kind() {
  return {.name = "page-cache",
          .what = "contents of files, popular ones first; alike where guests read equal files",
          .page_class = "page-cache",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::assumed,
          .agreed_source = "as in a dump of a small Debian guest, which had little of it",
          .parameters =
              {
                  {"catalog", Kind::text, 0, 0, "\"files\"", Evidence::assumed, "",
                   "the collection of files; guests that name the same one read equal pages"},
                  {"catalog_size", Kind::pages, kPageMib, 262144, "4096", Evidence::assumed,
                   "an installed desktop or server system", "size of the collection"},
                  {"own_size", Kind::pages, kPageMib, 262144, "4096", Evidence::assumed, "",
                   "size of the files that only this guest has"},
                  {"own_part", Kind::part, 0, 1, "0.5", Evidence::assumed,
                   "row 3 allows no more than a few percent overlap of idle guests",
                   "part of the reads, and of the boot's, that go to files of its own"},
                  {"extent", Kind::few_pages, 1, 256, "16", Evidence::assumed,
                   "64 KiB: half of Linux's read-ahead", "pages that are read together"},
                  {"zipf", Kind::number, 0, 2, "0.8", Evidence::assumed,
                   "file popularity is commonly fitted with 0.6 to 1",
                   "exponent of popularity: extent r is read in proportion to 1 / r^zipf"},
                  {"boot_part", Kind::part, 0, 1, "1", Evidence::assumed, "",
                   "part of the region that the boot fills; the rest fills with reads"},
                  {"read", Kind::rate, 0, 10000, "1", Evidence::assumed, "",
                   "reads of files at work, hits included; each miss replaces an extent"},
                  {"patch_level", Kind::count, 0, 1000, "0", Evidence::assumed, "",
                   "updates installed so far; an `update` adds one"},
                  {"drift", Kind::part, 0, 1, "0.05", Evidence::assumed,
                   "no published figure for what a package update rewrites",
                   "part of the catalog that one patch level changes"},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<PageCache>(setting, values);
          }};
}

}  // namespace ksmsim::models
