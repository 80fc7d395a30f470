#include "models/regions/database_pool.hpp"

#include <algorithm>
#include <numeric>

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

ContentName table_of(const Setting& setting, const std::string& name) {
  return name == "own" ? ContentName(setting.own_name("table"))
                       : ContentName("table").with(ContentName(name).number(0));
}

// Blocks are numbered by popularity.
class DatabasePool : public Region {
 public:
  DatabasePool(const Setting& setting, const Values& values)
      : setting_(setting),
        block_(std::min(values.amount("block"), setting.pages)),
        blocks_(std::max<std::uint64_t>(values.amount("table_size") / block_, 1)),
        table_(table_of(setting, values.text("table"))),
        own_(setting.own_name("written")),
        reads_(blocks_, values.amount("zipf")),
        random_(setting.seed, setting.own_name("database")),
        activity_(values.amount("idle")),
        reading_(values.amount("read"), block_),
        writing_(values.amount("write"), block_),
        warm_blocks_(std::min(setting.pages / block_ * values.amount("warm") / kWholePpm, blocks_)),
        pool_((setting.pages + block_ - 1) / block_, blocks_),
        versions_(blocks_, 0) {}

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    switch (event.kind) {
      case EventKind::boot:
      case EventKind::reboot:
        pool_.clear();
        scan_ = {};
        fill_ = job(now + setting_.after, setting_.over, warm_blocks_);
        tick_ = reading_.stands_still() && writing_.stands_still() ? kNever
                                                                   : now + setting_.after + kTick;
        break;
      case EventKind::backup:
        scan_ = job(now, event.length, blocks_);
        break;
      default:
        break;
    }
  }

  Time next() const override { return std::min({fill_.next(), scan_.next(), tick_}); }

  void act(Time now, Pen& pen) override {
    RunWriter writer(pen);
    if (fill_.next() <= now) {
      const auto piece = fill_.take();
      for (std::uint64_t i = 0; i < piece.count; ++i) {
        const auto block = static_cast<Block>(piece.first + i);
        if (pool_.slot_of(block) == BlockCache::kNone) load(block, writer);
      }
    } else if (scan_.next() <= now) {
      const auto piece = scan_.take();
      for (std::uint64_t i = 0; i < piece.count; ++i) {
        read(in_table_order(piece.first + i), writer, pen);
      }
    } else {
      for (auto due = reading_.take(activity_.level_ppm()); due > 0; --due) {
        read(static_cast<Block>(reads_.draw(random_)), writer, pen);
      }
      for (auto due = writing_.take(activity_.level_ppm()); due > 0; --due) {
        change(static_cast<Block>(reads_.draw(random_)), writer);
      }
      tick_ += kTick;
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<DatabasePool>(*this); }

 private:
  // A MiB at a time, counted in blocks.
  SpreadJob job(Time start, Duration length, std::uint64_t blocks) const {
    return {start, length, blocks, std::max<std::uint64_t>(kPiecePages / block_, 1)};
  }
  Block in_table_order(std::uint64_t place) const {
    std::uint64_t stride = blocks_ * 618 / 1000 + 1;
    while (std::gcd(stride, blocks_) != 1) ++stride;
    return static_cast<Block>(place * stride % blocks_);
  }
  void write(Block block, BlockCache::Slot slot, RunWriter& writer) const {
    const std::uint32_t version = versions_[block];
    const ContentName name = version == 0 ? table_ : own_.with(version);
    const std::uint64_t first = slot * block_;
    const std::uint64_t count = std::min(block_, setting_.pages - first);
    for (std::uint64_t i = 0; i < count; ++i) writer.put(first + i, name.page(block * block_ + i));
  }
  void load(Block block, RunWriter& writer) { write(block, pool_.insert(block), writer); }
  void read(Block block, RunWriter& writer, Pen& pen) {
    const BlockCache::Slot slot = pool_.slot_of(block);
    if (slot == BlockCache::kNone) {
      load(block, writer);
      return;
    }
    pool_.use(slot);
    writer.flush();
    const std::uint64_t first = slot * block_;
    pen.read(first, std::min(block_, setting_.pages - first));
  }
  void change(Block block, RunWriter& writer) {
    ++versions_[block];
    const BlockCache::Slot slot = pool_.slot_of(block);
    if (slot == BlockCache::kNone) {
      load(block, writer);
      return;
    }
    pool_.use(slot);
    write(block, slot, writer);
  }

  Setting setting_;
  std::uint64_t block_;  // Pages.
  std::uint64_t blocks_;
  ContentName table_, own_;
  Zipf reads_;
  RandomStream random_;
  Activity activity_;
  Pace reading_, writing_;
  std::uint64_t warm_blocks_;
  BlockCache pool_;
  std::vector<std::uint32_t> versions_;  // How often each block was written; stays over reboots.
  SpreadJob fill_, scan_;                // In blocks.
  Time tick_ = kNever;
};

}  // namespace

RegionKind database_pool_kind() {
  return {.name = "database-pool",
          .what = "a database's buffer pool; replicas of one table share its clean blocks",
          .page_class = "database",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::assumed,
          .agreed_source = "a block's header, which differs early",
          .parameters =
              {
                  {"table", Kind::text, 0, 0, "\"own\"", Evidence::assumed, "",
                   "what the database holds; guests that name the same are replicas; own: nobody "
                   "else has it"},
                  {"table_size", Kind::pages, kPageMib, 262144, "8192", Evidence::assumed, "",
                   "size of the database on disk"},
                  {"block", Kind::few_pages, 1, 256, "4", Evidence::cited,
                   "16 KiB, the default of innodb_page_size (MySQL's manual)",
                   "pages of a block, which are read and written together"},
                  {"zipf", Kind::number, 0, 2, "0.8", Evidence::assumed, "",
                   "exponent of popularity: block r is read in proportion to 1 / r^zipf"},
                  {"warm", Kind::part, 0, 1, "0.25", Evidence::cited,
                   "innodb_buffer_pool_dump_pct (manuals of MySQL and MariaDB)",
                   "part of the pool that is loaded at boot; the rest fills with reads"},
                  {"read", Kind::rate, 0, 10000, "4", Evidence::assumed, "",
                   "reads of blocks at work, hits included"},
                  {"write", Kind::rate, 0, 10000, "0.5", Evidence::assumed, "",
                   "writes of blocks at work"},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<DatabasePool>(setting, values);
          }};
}

}  // namespace ksmsim::models
