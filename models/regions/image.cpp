#include "models/regions/image.hpp"

#include "models/content.hpp"
#include "models/groups.hpp"
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
        first_(static_cast<std::uint64_t>(values.number("first"))),
        level_(static_cast<std::uint64_t>(values.number("patch_level"))),
        drift_ppm_(static_cast<std::uint64_t>(values.number("drift"))),
        relocated_ppm_(static_cast<std::uint64_t>(values.number("relocated"))) {}

  void on(const GuestEvent& event, Time now, Pen&) override {
    switch (event.kind) {
      case EventKind::boot:
        fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
        break;
      case EventKind::reboot:
        ++boots_;
        fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
        update_ = {};
        break;
      case EventKind::update:
        ++level_;
        update_ = SpreadJob(now, event.length, setting_.pages);
        break;
      default:
        break;
    }
  }

  Time next() const override { return std::min(fill_.next(), update_.next()); }

  void act(Time now, Pen& pen) override {
    if (fill_.next() <= now) {
      const auto piece = fill_.take();
      std::vector<std::uint64_t> contents(piece.count);
      for (std::uint64_t i = 0; i < piece.count; ++i) contents[i] = content_of(piece.first + i);
      pen.write_each(piece.first, std::move(contents));
    } else {
      const auto piece = update_.take();
      for (std::uint64_t page = piece.first; page < piece.first + piece.count; ++page) {
        if (is_changed_by(level_, page)) pen.write_one(page, content_of(page));
      }
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Image>(*this); }

 private:
  // Place of the page in the image, the same in all guests; equal pages of a group have one place.
  std::uint64_t place_of(std::uint64_t page) const { return first_ + groups_.content_of(page); }
  // Whether the step to this patch level replaced the page.
  bool is_changed_by(std::uint64_t level, std::uint64_t page) const {
    return release_.with(level).number(place_of(page)) % 1'000'000 < drift_ppm_;
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
  std::uint64_t boots_ = 0;
  SpreadJob fill_, update_;
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
                  {"first", Kind::count, 0, 1e9, "0", Evidence::assumed, "",
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
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Image>(setting, values);
          }};
}

}  // namespace ksmsim::models
