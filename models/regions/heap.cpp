#include "models/regions/heap.hpp"

#include <algorithm>

#include "models/content.hpp"
#include "models/groups.hpp"
#include "models/spread_job.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {
namespace {

constexpr Duration kTick = std::chrono::seconds(1);

// Pages with one lifetime: chosen at random, so many a second that a page lives so long on average.
struct Churn {
  std::uint64_t first = 0, pages = 0;
  std::uint64_t life_ns = 0;
  std::uint64_t owed = 0;  // Page-nanoseconds of life used up and not yet rewritten, times parts.
};

class Heap : public Region {
 public:
  Heap(const Setting& setting, const Values& values)
      : setting_(setting),
        groups_(values.shares("groups"), setting.pages),
        own_(setting.own_name("heap")),
        random_(setting.seed, setting.own_name("heap")),
        filled_(static_cast<std::uint64_t>(values.number("pattern_part"))),
        idle_ppm_(static_cast<std::uint64_t>(values.number("idle"))) {
    std::uint64_t at = 0;
    for (const Share& share : values.shares("lifetimes")) {
      const std::uint64_t pages = part(static_cast<std::uint64_t>(share.part_ppm));
      churns_.push_back({at, pages, static_cast<std::uint64_t>(share.value), 0});
      at += pages;
    }
    if (!churns_.empty() && at < setting.pages) churns_.back().pages += setting.pages - at;
  }

  void on(const GuestEvent& event, Time now, Pen&) override {
    switch (event.kind) {
      case EventKind::boot:
      case EventKind::reboot:
        ++life_;
        done_ = 0;
        fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
        tick_ = now + setting_.after + kTick;
        break;
      case EventKind::idle:
        level_ppm_ = idle_ppm_;
        break;
      case EventKind::work:
      case EventKind::login:
        level_ppm_ = 1'000'000;
        break;
      default:
        break;
    }
  }

  Time next() const override { return std::min(fill_.next(), churns_.empty() ? kNever : tick_); }

  void act(Time now, Pen& pen) override {
    if (fill_.next() <= now) {
      const auto piece = fill_.take();
      std::vector<std::uint64_t> contents(piece.count);
      for (std::uint64_t i = 0; i < piece.count; ++i) contents[i] = first_content(piece.first + i);
      pen.write_each(piece.first, std::move(contents));
      done_ = piece.first + piece.count;
      return;
    }
    for (Churn& churn : churns_) rewrite(churn, pen);
    tick_ += kTick;
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Heap>(*this); }

 private:
  std::uint64_t part(std::uint64_t ppm) const {
    return setting_.pages / 1'000'000 * ppm + setting_.pages % 1'000'000 * ppm / 1'000'000;
  }
  std::uint64_t first_content(std::uint64_t page) const {
    const ContentName here = own_.with(life_);
    if (here.number(page) % 1'000'000 < filled_) return pattern(here.number(page + setting_.pages));
    return here.page(groups_.content_of(page));
  }
  // A few fill patterns of allocators and debuggers are hot in every guest.
  static std::uint64_t pattern(std::uint64_t chance) {
    return ContentName("fill pattern").page(chance % 4);
  }
  void rewrite(Churn& churn, Pen& pen) {
    const std::uint64_t present =
        std::min(churn.pages, done_ > churn.first ? done_ - churn.first : std::uint64_t{0});
    if (present == 0 || churn.life_ns == 0) return;
    // Thousandths, so that nothing overflows: a tick of 10^9 ns times 2^30 pages times 10^3.
    churn.owed +=
        present * (static_cast<std::uint64_t>(kTick.count()) / 1000) * (level_ppm_ / 1000);
    std::uint64_t count = churn.owed / churn.life_ns;
    churn.owed %= churn.life_ns;
    for (; count > 0; --count) {
      pen.write_one(churn.first + random_.below(present), own_.with(~life_).page(written_++));
    }
  }

  Setting setting_;
  Groups groups_;
  ContentName own_;
  RandomStream random_;
  std::uint64_t filled_, idle_ppm_;
  std::vector<Churn> churns_;
  std::uint64_t level_ppm_ = 1'000'000;
  std::uint64_t life_ = 0;     // Boots so far.
  std::uint64_t written_ = 0;  // Contents so far.
  std::uint64_t done_ = 0;     // Pages filled since the boot.
  SpreadJob fill_;
  Time tick_ = kNever;
};

}  // namespace

RegionKind heap_kind() {
  return {.name = "heap",
          .what = "memory of programs: a guest's own pages, rewritten after a mixture of lifetimes",
          .page_class = "heap",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::measured,
          .agreed_source = "a dump of a small Debian guest (docs/validation.md)",
          .parameters =
              {
                  {"lifetimes", Kind::lifetimes, 1, 1e9, "[[0.06, 60], [0.94, 11000]]",
                   Evidence::measured,
                   "row 13: kernel build, 94.1 / 92.8 / 92.0 % kept after 2/4/6 min",
                   "parts of the pages and how long they keep their content on average"},
                  {"groups", Kind::groups, 1, 1e9,
                   "[[0.017, 2], [0.001, 3], [0.001, 8], [0.004, 64], [0.009, 512]]",
                   Evidence::measured, "row 10: idle Linux",
                   "parts of the pages that come in groups of equal ones, and of how many"},
                  {"pattern_part", Kind::part, 0, 1, "0", Evidence::assumed,
                   "row 10 has hot patterns among its largest groups",
                   "part of the pages that hold one of four fill patterns, alike in all guests"},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Heap>(setting, values);
          }};
}

}  // namespace ksmsim::models
