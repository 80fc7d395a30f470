#include "models/regions/balloon.hpp"

#include <algorithm>

#include "models/activity.hpp"
#include "models/content.hpp"
#include "models/spread_job.hpp"
#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

enum class Refill : std::uint8_t { unique, zero };

class Balloon : public Region {
 public:
  Balloon(const Setting& setting, const Values& values)
      : setting_(setting),
        own_(setting.own_name("given back")),
        held_at_boot_(part_of(setting.pages, values.amount("inflated"))),
        per_hour_(values.amount("rate")),
        refill_(values.text("refill") == "zero" ? Refill::zero : Refill::unique) {}

  void on(const GuestEvent& event, Time now, Pen&) override {
    switch (event.kind) {
      case EventKind::boot:
      case EventKind::reboot:
        // The balloon starts as large as it was defined, and holds the region's end.
        ++life_;
        if (event.kind == EventKind::reboot) {
          inflating_ = discarding(now, Duration::zero(), setting_.pages - held_at_boot_);
        }
        deflating_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages - held_at_boot_);
        break;
      case EventKind::inflate:
        deflating_ = {};
        inflating_ = discarding(now, length_of(event), 0);
        break;
      case EventKind::deflate:
        ++life_;
        inflating_ = {};
        deflating_ = SpreadJob(now, length_of(event), setting_.pages);
        break;
      default:
        break;
    }
  }

  Time next() const override { return std::min(inflating_.next(), deflating_.next()); }

  void act(Time now, Pen& pen) override {
    if (inflating_.next() <= now) {
      const auto piece = inflating_.take();
      pen.discard(discard_from_ + piece.first, piece.count);
      return;
    }
    const auto piece = deflating_.take();
    if (refill_ == Refill::zero) {
      pen.write(piece.first, piece.count, {});
      return;
    }
    const ContentName here = own_.with(life_);
    std::vector<std::uint64_t> contents(piece.count);
    for (std::uint64_t i = 0; i < piece.count; ++i) contents[i] = here.page(piece.first + i);
    pen.write_each(piece.first, std::move(contents));
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Balloon>(*this); }

 private:
  SpreadJob discarding(Time now, Duration length, std::uint64_t from) {
    discard_from_ = from;
    return {now, length, setting_.pages - from};
  }
  // As long as the event says, or as the rate makes it.
  Duration length_of(const GuestEvent& event) const {
    if (event.length > Duration::zero() || per_hour_ == 0) return event.length;
    constexpr std::uint64_t kMilliseconds = 3'600'000;
    return std::chrono::milliseconds(setting_.pages * kMilliseconds / per_hour_);
  }

  Setting setting_;
  ContentName own_;
  std::uint64_t held_at_boot_, per_hour_;
  Refill refill_;
  std::uint64_t life_ = 0;  // How often the guest got pages.
  std::uint64_t discard_from_ = 0;
  SpreadJob inflating_, deflating_;
};

}  // namespace

RegionKind balloon_kind() {
  return {.name = "balloon",
          .what = "memory that the guest does not use, with a balloon that takes it and gives it",
          .page_class = "balloon",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::assumed,
          .agreed_source = "as heap",
          .parameters =
              {
                  {"inflated", Kind::part, 0, 1, "1", Evidence::assumed, "",
                   "part of the region, its end, that the balloon holds at boot"},
                  {"refill",
                   Kind::text,
                   0,
                   0,
                   "\"unique\"",
                   Evidence::assumed,
                   "a guest that needs memory writes it",
                   "what the guest writes to pages that it has: contents of its own, or zeros",
                   {"unique", "zero"}},
                  {"rate", Kind::rate, 0, 100000, "100", Evidence::assumed, "",
                   "how fast pages come and go where the event has no length; 0: at once"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Balloon>(setting, values);
          }};
}

}  // namespace ksmsim::models
