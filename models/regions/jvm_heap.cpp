#include "models/regions/jvm_heap.hpp"

#include <algorithm>

#include "models/activity.hpp"
#include "models/content.hpp"
#include "models/pace.hpp"
#include "models/run_writer.hpp"
#include "models/spread_job.hpp"

namespace ksmsim::models {
namespace {

// Pages: eden, two survivor spaces, the old generation.
struct Spaces {
  std::uint64_t eden = 0, survivor = 0, old = 0;
};

Spaces spaces_of(std::uint64_t pages, const Values& values) {
  const std::uint64_t young = pages / (values.amount("new_ratio") + 1);
  const std::uint64_t survivor = young / (values.amount("survivor_ratio") + 2);
  const std::uint64_t eden = std::max<std::uint64_t>(young - 2 * survivor, 1);
  return {eden, survivor, pages - std::min(pages, eden + 2 * survivor)};
}

class JvmHeap : public Region {
 public:
  JvmHeap(const Setting& setting, const Values& values)
      : setting_(setting),
        spaces_(spaces_of(setting.pages, values)),
        own_(setting.own_name("jvm")),
        activity_(values.amount("idle")),
        allocating_(values.amount("allocate")),
        per_hour_(values.amount("collect")),
        survive_(part_of(spaces_.eden, values.amount("survive"))),
        live_(std::min(part_of(spaces_.old, values.amount("live")), spaces_.old)) {}

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    if (event.kind != EventKind::boot && event.kind != EventKind::reboot) return;
    // The application loads what it keeps: the live part of the old generation.
    at_ = in_survivor_ = 0;
    old_ = live_;
    moved_to_ = 2 * spaces_.survivor + spaces_.eden;
    moving_ = SpreadJob(now + setting_.after, setting_.over, live_);
    tick_ = allocating_.stands_still() ? kNever : now + setting_.after + kTick;
  }

  Time next() const override { return std::min(moving_.next(), tick_); }

  void act(Time now, Pen& pen) override {
    RunWriter writer(pen);
    if (moving_.next() <= now) {
      const auto piece = moving_.take();
      renew(moved_to_ + piece.first, piece.count, writer);
      return;
    }
    tick_ += kTick;
    std::uint64_t due = allocating_.take(activity_.level_ppm());
    while (due > 0) {
      const std::uint64_t count = std::min(due, spaces_.eden - at_);
      renew(at_, count, writer);
      at_ += count;
      due -= count;
      if (at_ < spaces_.eden) continue;
      collect(now, writer);
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<JvmHeap>(*this); }

 private:
  void renew(std::uint64_t first, std::uint64_t count, RunWriter& writer) {
    for (std::uint64_t i = 0; i < count; ++i) writer.put(first + i, own_.page(written_++));
  }
  // Eden is full: what is alive in it goes to the other survivor space (or, what does not fit, to
  // the old generation), and what survived the last time goes to the old generation.
  void collect(Time now, RunWriter& writer) {
    at_ = 0;
    const std::uint64_t survive = std::min(survive_, spaces_.survivor);
    promote(in_survivor_ + survive_ - survive, now, writer);
    other_ = 1 - other_;
    renew(spaces_.eden + other_ * spaces_.survivor, survive, writer);
    in_survivor_ = survive;
  }
  void promote(std::uint64_t pages, Time now, RunWriter& writer) {
    if (old_ + pages > spaces_.old) {
      old_ = live_;
      moved_to_ = spaces_.eden + 2 * spaces_.survivor;
      moving_ = SpreadJob(now, time_to_move(live_), live_);
      pages = std::min(pages, spaces_.old - live_);
    }
    renew(spaces_.eden + 2 * spaces_.survivor + old_, pages, writer);
    old_ += pages;
  }
  Duration time_to_move(std::uint64_t pages) const {
    constexpr std::uint64_t kMilliseconds = 3'600'000;
    if (per_hour_ == 0) return Duration::zero();
    return std::chrono::milliseconds(pages * kMilliseconds / per_hour_);
  }

  Setting setting_;
  Spaces spaces_;
  ContentName own_;
  Activity activity_;
  Pace allocating_;
  std::uint64_t per_hour_;  // Of a full collection.
  std::uint64_t survive_;   // Pages of eden that are alive when it is full.
  std::uint64_t live_;      // Pages of the old generation that a full collection leaves.
  std::uint64_t at_ = 0;    // Next page of eden.
  std::uint64_t other_ = 0, in_survivor_ = 0;  // The survivor space in use, and its pages.
  std::uint64_t old_ = 0;                      // Pages in use in the old generation.
  std::uint64_t written_ = 0;                  // Contents so far; never the same again.
  SpreadJob moving_;                           // Of the old generation, from page moved_to_ on.
  std::uint64_t moved_to_ = 0;
  Time tick_ = kNever;
};

}  // namespace

RegionKind jvm_heap_kind() {
  return {.name = "jvm-heap",
          .what = "the heap of a Java virtual machine, whose collections renew what they move",
          .page_class = "jvm-heap",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::assumed,
          .agreed_source = "as heap",
          .parameters =
              {
                  {"allocate", Kind::rate, 0, 100000, "20", Evidence::assumed,
                   "services allocate some to some hundred MiB a second",
                   "new objects at work, each page of eden written once"},
                  {"new_ratio", Kind::count, 1, 100, "2", Evidence::cited,
                   "HotSpot's tuning guide: NewRatio", "old generation to young one"},
                  {"survivor_ratio", Kind::count, 1, 100, "8", Evidence::cited,
                   "HotSpot's tuning guide: SurvivorRatio", "eden to one of two survivor spaces"},
                  {"survive", Kind::part, 0, 1, "0.05", Evidence::assumed, "most objects die young",
                   "part of eden that is alive when it is full"},
                  {"live", Kind::part, 0, 1, "0.5", Evidence::assumed, "",
                   "part of the old generation that is loaded at boot and stays alive"},
                  {"collect", Kind::rate, 0, 100000, "500", Evidence::assumed, "",
                   "how fast a full collection moves what is alive; 0: at once"},
                  {"idle", Kind::part, 0, 1, "0.02", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<JvmHeap>(setting, values);
          }};
}

}  // namespace ksmsim::models
