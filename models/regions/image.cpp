#include "models/regions/image.hpp"

#include <algorithm>
#include <vector>

#include "models/activity.hpp"
#include "models/content.hpp"
#include "models/groups.hpp"
#include "models/run_writer.hpp"
#include "models/spread_job.hpp"

namespace ksmsim::models {
namespace {

class Image : public Region {
 public:
  Image(const Setting& setting, const Values& values)
      : setting_(setting),
        groups_(values.shares("groups"), setting.pages),
        release_(values.text("image")),
        own_(setting.own_name("relocated")),
        first_(values.amount("first")),
        level_(values.amount("patch_level")),
        drift_ppm_(values.amount("drift")),
        relocated_ppm_(values.amount("relocated")),
        reads_per_hour_(values.amount("reads")),
        hot_pages_(part_of(setting.pages, values.amount("hot"))),
        activity_(values.amount("idle")),
        held_((setting.pages + kPiecePages - 1) / kPiecePages, level_) {}

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    switch (event.kind) {
      case EventKind::boot:
        if (reads_per_hour_ > 0) read_from(now + setting_.after + setting_.over);
        fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
        break;
      case EventKind::reboot:
        ++boots_;
        fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
        update_ = scan_ = {};
        break;
      case EventKind::update:
        ++level_;
        update_ = SpreadJob(now, event.length, setting_.pages);
        break;
      case EventKind::antivirus:
        scan_ = SpreadJob(now, event.length, present_);
        break;
      default:
        break;
    }
  }

  Time next() const override {
    return std::min({fill_.next(), update_.next(), scan_.next(), use_.next()});
  }

  void act(Time now, Pen& pen) override {
    RunWriter writer(pen);
    if (fill_.next() <= now) {
      const auto piece = fill_.take();
      for (std::uint64_t i = 0; i < piece.count; ++i) {
        writer.put(piece.first + i, content_of(piece.first + i));
      }
      held_[piece.first / kPiecePages] = level_;
      present_ = std::max(present_, piece.first + piece.count);
    } else if (update_.next() <= now) {
      const auto piece = update_.take();
      // What is not there yet comes as the new version.
      const std::uint64_t end = std::min(piece.first + piece.count, present_);
      std::uint64_t& held = held_[piece.first / kPiecePages];
      for (std::uint64_t page = piece.first; page < end; ++page) {
        if (is_changed_since(held, page)) writer.put(page, content_of(page));
      }
      held = level_;
    } else if (scan_.next() <= now) {
      const auto piece = scan_.take();
      pen.read(piece.first, piece.count);
    } else {
      const auto piece = use_.take();
      const std::uint64_t times = reads_per_hour_ * activity_.level_ppm() / kWholePpm;
      if (times > 0) pen.read(piece.first, piece.count, times);
      if (use_.next() == kNever) read_from(use_began_ + kHour);
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Image>(*this); }

 private:
  static constexpr Duration kHour = std::chrono::hours(1);

  // The guest reads what it runs: an hour's reads of a page at a time, its pages over the hour.
  void read_from(Time at) {
    use_began_ = at;
    use_ = SpreadJob(at, kHour, hot_pages_);
  }
  // Place of the page in the image, the same in all guests; equal pages of a group have one place.
  std::uint64_t place_of(std::uint64_t page) const { return first_ + groups_.content_of(page); }
  // Whether the step to this patch level replaced the page.
  bool is_changed_by(std::uint64_t level, std::uint64_t page) const {
    return release_.with(level).number(place_of(page)) % 1'000'000 < drift_ppm_;
  }
  // Whether a step from this patch level to the present one did.
  bool is_changed_since(std::uint64_t level, std::uint64_t page) const {
    while (level < level_) {
      if (is_changed_by(++level, page)) return true;
    }
    return false;
  }
  std::uint64_t content_of(std::uint64_t page) const {
    const std::uint64_t place = place_of(page);
    std::uint64_t level = level_;
    while (level > 0 && !is_changed_by(level, page)) --level;
    const bool relocated = release_.number(place) % 1'000'000 < relocated_ppm_;
    return (relocated ? own_.with(boots_) : release_).with(level).page(place);
  }

  Setting setting_;
  Groups groups_;
  ContentName release_, own_;
  std::uint64_t first_, level_, drift_ppm_, relocated_ppm_;
  std::uint64_t reads_per_hour_, hot_pages_;
  Activity activity_;
  // Patch level of each piece that is present: jobs do whole pieces, and one update may begin
  // before another has come to all of them.
  std::vector<std::uint64_t> held_;
  std::uint64_t boots_ = 0;
  std::uint64_t present_ = 0;  // Pages from the start that were ever filled.
  Time use_began_ = kNever;
  SpreadJob fill_, update_, scan_, use_;
};

}  // namespace

RegionKind image_kind() {
  return {.name = "image",
          .what = "kernel text, libraries, executables of a release, alike in all its guests",
          .page_class = "image",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::measured,
          .agreed_source = "a dump of a small Debian guest (docs/validation.md)",
          .parameters =
              {
                  {"image", Kind::text, 0, 0, "\"linux\"", Evidence::assumed, "",
                   "the release; guests that name the same one share its pages"},
                  {"first", Kind::few_pages, 0, 1e9, "0", Evidence::assumed, "",
                   "which page of the image comes first: regions with other places do not share"},
                  {"patch_level", Kind::count, 0, 1000, "0", Evidence::assumed, "",
                   "updates installed so far; an `update` adds one"},
                  {"drift", Kind::part, 0, 1, "0.05", Evidence::assumed,
                   "no published figure for what a package update rewrites",
                   "part of the pages that one patch level changes"},
                  {"relocated", Kind::part, 0, 1, "0.02", Evidence::assumed,
                   "address-space randomisation touches relocation tables, not text",
                   "part of the pages that each boot makes its own"},
                  {"groups", Kind::groups, 1, 1e9, "[]", Evidence::assumed, "",
                   "parts of the region that come in groups of equal pages, and of how many"},
                  {"reads", Kind::count, 0, 1e9, "60", Evidence::assumed, "",
                   "how often an hour a working guest reads each page that it uses"},
                  {"hot", Kind::part, 0, 1, "0.5", Evidence::assumed, "",
                   "part of the region, its beginning, that the guest uses after the boot"},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Image>(setting, values);
          }};
}

}  // namespace ksmsim::models
