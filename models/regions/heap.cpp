#include "models/regions/heap.hpp"

#include <algorithm>

#include "models/activity.hpp"
#include "models/churn.hpp"
#include "models/content.hpp"
#include "models/groups.hpp"
#include "models/regions/heap_presets.hpp"
#include "models/run_writer.hpp"
#include "models/spread_job.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {
namespace {

const std::vector<Share>& given_or(const std::vector<Share>& given,
                                   const std::vector<Share>& preset) {
  return given.empty() ? preset : given;
}

// The lifetimes of pages of which another part belongs to the first class.
std::vector<Share> with_first(std::vector<Share> lifetimes, std::uint64_t first_ppm) {
  const auto whole = static_cast<std::int64_t>(kWholePpm);
  const std::int64_t rest_before = whole - lifetimes.front().part_ppm;
  const std::int64_t rest = whole - static_cast<std::int64_t>(first_ppm);
  lifetimes.front().part_ppm = whole - rest;
  for (std::size_t i = 1; i < lifetimes.size(); ++i) {
    // Where the first class has everything, what it gives away is rewritten never.
    lifetimes[i].part_ppm = rest_before == 0 ? 0 : lifetimes[i].part_ppm * rest / rest_before;
  }
  return lifetimes;
}

// Pages, in this order: those that take turns in holding zeros, then a fill pattern; those that
// are equal to others; unique ones.
struct Lots {
  std::uint64_t zeros = 0, patterns = 0, equal = 0, unique = 0;

  std::uint64_t equal_from() const { return zeros + patterns; }
  std::uint64_t unique_from() const { return equal_from() + equal; }
};

class Heap : public Region {
 public:
  Heap(const Setting& setting, const Values& values)
      : setting_(setting),
        zero_ppm_(values.amount("zero_part")),
        pattern_ppm_(values.amount("pattern_part")),
        // Parts are of the pages that are not zero.
        groups_(given_or(values.shares("groups"), heap_preset(values.text("like")).groups),
                setting.pages - part_of(setting.pages, zero_ppm_)),
        lots_(lots_of()),
        own_(setting.own_name("heap")),
        random_(setting.seed, setting.own_name("heap")),
        activity_(values.amount("idle")),
        login_ppm_(values.amount("login")) {
    const auto& lifetimes =
        given_or(values.shares("lifetimes"), heap_preset(values.text("like")).lifetimes);
    churn_.add(0, lots_.zeros, lifetimes);
    churn_.add(lots_.zeros, lots_.patterns, lifetimes);
    add_churn_of_equal(lifetimes, values.amount("equal_churn"));
  }

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    if (event.kind == EventKind::boot || event.kind == EventKind::reboot) {
      ++life_;
      done_ = 0;
      login_ = {};
      fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
      tick_ = churn_.stands_still() ? kNever : now + setting_.after + kTick;
    } else if (event.kind == EventKind::login) {
      login_ = SpreadJob(now, event.length, part_of(setting_.pages, login_ppm_));
    }
  }

  Time next() const override { return std::min({fill_.next(), login_.next(), tick_}); }

  void act(Time now, Pen& pen) override {
    RunWriter writer(pen);
    if (fill_.next() <= now) {
      const auto piece = fill_.take();
      done_ = piece.first + piece.count;
      for (std::uint64_t p = piece.first; p < done_; ++p) writer.put(p, first_content(p));
    } else if (login_.next() <= now) {
      // Programs start where others ended: at the heap's end, as far as it is filled.
      const auto piece = login_.take();
      const std::uint64_t from = setting_.pages - part_of(setting_.pages, login_ppm_);
      for (std::uint64_t p = from + piece.first; p < from + piece.first + piece.count; ++p) {
        if (p >= lots_.unique_from() && p < done_) writer.put(p, new_content());
      }
    } else {
      churn_.tick(activity_.level_ppm(), done_, random_,
                  [&](std::uint64_t page) { return rewrite(page, pen); });
      tick_ += kTick;
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Heap>(*this); }

 private:
  Lots lots_of() const {
    Lots lots;
    std::uint64_t left = setting_.pages;
    const auto take = [&left](std::uint64_t pages) {
      pages = std::min(pages, left);
      left -= pages;
      return pages;
    };
    // Half of such a lot at a time, if there is room for that; else as much as is left.
    const std::uint64_t zeros = part_of(setting_.pages, zero_ppm_);
    const std::uint64_t patterns = part_of(setting_.pages, pattern_ppm_);
    const std::uint64_t others = left - std::min(left, zeros + patterns);
    lots.zeros = take(zeros + (patterns == 0 ? zeros : std::min(zeros, others)));
    lots.patterns = take(2 * patterns);
    lots.equal = take(groups_.grouped_pages());
    lots.unique = left;
    return lots;
  }
  // Equal pages are the more stable ones: fewer of them, so more of the unique ones, belong to the
  // first class.
  void add_churn_of_equal(const std::vector<Share>& lifetimes, std::uint64_t equal_ppm) {
    if (lifetimes.size() < 2 || lots_.equal == 0) {
      churn_.add(lots_.equal_from(), lots_.equal, lifetimes);
      churn_.add(lots_.unique_from(), lots_.unique, lifetimes);
      return;
    }
    const auto first = static_cast<std::uint64_t>(lifetimes.front().part_ppm);
    const std::uint64_t of_equal = first * equal_ppm / kWholePpm;
    const std::uint64_t rest =
        part_of(lots_.equal + lots_.unique, first) -
        std::min(part_of(lots_.equal + lots_.unique, first), part_of(lots_.equal, of_equal));
    const std::uint64_t of_unique =
        lots_.unique == 0 ? 0 : std::min(rest * kWholePpm / lots_.unique, kWholePpm);
    churn_.add(lots_.equal_from(), lots_.equal, with_first(lifetimes, of_equal));
    churn_.add(lots_.unique_from(), lots_.unique, with_first(lifetimes, of_unique));
  }

  std::uint64_t new_content() { return own_.with(~life_).page(written_++); }
  // A few fill patterns of allocators and debuggers are hot in every guest.
  static std::uint64_t pattern(std::uint64_t chance) {
    return ContentName("fill pattern").page(chance % 4);
  }
  // Whether a page of a lot of so many pages holds what the lot is for, which `ppm` of all do.
  bool is_its_turn(std::uint64_t lot, std::uint64_t ppm, std::uint64_t chance) const {
    return chance % lot < part_of(setting_.pages, ppm);
  }
  // What a page gets whose content is neither unique nor one of a group; `otherwise` if it is.
  std::uint64_t hot_or(std::uint64_t page, std::uint64_t chance, std::uint64_t otherwise) const {
    if (page < lots_.zeros) return is_its_turn(lots_.zeros, zero_ppm_, chance) ? 0 : otherwise;
    if (page >= lots_.equal_from()) return otherwise;
    return is_its_turn(lots_.patterns, pattern_ppm_, chance) ? pattern(chance >> 32) : otherwise;
  }
  std::uint64_t first_content(std::uint64_t page) const {
    const ContentName here = own_.with(life_);
    if (page >= lots_.equal_from()) {
      return here.page(groups_.content_of(page - lots_.equal_from()));
    }
    return hot_or(page, here.number(page), here.with(1).page(page));
  }
  // Equal pages are written together, so that as many stay equal.
  std::uint64_t rewrite(std::uint64_t page, Pen& pen) {
    if (page < lots_.equal_from()) {
      pen.write_one(page, hot_or(page, random_.next(), new_content()));
      return 1;
    }
    Groups::Group group = groups_.group_of(page - lots_.equal_from());
    group.first += lots_.equal_from();
    group.count = std::min(group.count, done_ - group.first);
    // A group is hit by as many chances as it has pages.
    if (group.count > 1 && !random_.chance(1, group.count)) return 0;
    pen.write(group.first, group.count, {.first = new_content(), .period = 1, .each = {}});
    return group.count;
  }

  Setting setting_;
  std::uint64_t zero_ppm_, pattern_ppm_;
  Groups groups_;  // Counted from the first page of the equal ones.
  Lots lots_;
  ContentName own_;
  RandomStream random_;
  Activity activity_;
  std::uint64_t login_ppm_;
  Churn churn_;
  std::uint64_t life_ = 0;     // Boots so far.
  std::uint64_t written_ = 0;  // Contents so far.
  std::uint64_t done_ = 0;     // Pages filled since the boot.
  SpreadJob fill_, login_;
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
                  {"like", Kind::text, 0, 0, "\"build\"", Evidence::assumed,
                   "which load a guest has; what each is like: rows 10 to 14",
                   "a load whose lifetimes and groups it has, where those are not given",
                   heap_preset_names()},
                  {"lifetimes", Kind::lifetimes, 1, 1e9, "[]", Evidence::assumed,
                   "as `like` says: build and desktop measured, rows 13 and 14",
                   "parts of the pages and how long they keep their content on average; the rest "
                   "is never rewritten"},
                  {"groups", Kind::groups, 1, 1e9, "[]", Evidence::measured,
                   "as `like` says: row 10, 11 or 12",
                   "parts of the pages that come in groups of equal ones, and of how many; "
                   "[[1, 1]]: none"},
                  {"equal_churn", Kind::part, 0, 1, "0.62", Evidence::measured,
                   "row 15: 95.9 versus 94.0 % kept after 2 min",
                   "how many equal pages have the first of the lifetimes, as a part of how many "
                   "pages have"},
                  {"zero_part", Kind::part, 0, 1, "0.055", Evidence::measured,
                   "row 6, of all used pages; that they are the heap's is assumed",
                   "part of the pages that hold zeros"},
                  {"pattern_part", Kind::part, 0, 1, "0", Evidence::assumed,
                   "row 10 has hot patterns among its largest groups",
                   "part of the pages that hold one of four fill patterns, alike in all guests"},
                  {"login", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "part of the pages that a login rewrites"},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Heap>(setting, values);
          },
          .preset = [](std::string_view key,
                       const Values& values) { return heap_preset_of(key, values.text("like")); },
          .contradiction = [](const Values& values) -> std::optional<Contradiction> {
            if (values.amount("zero_part") + values.amount("pattern_part") <= kWholePpm) return {};
            return Contradiction{"pattern_part", "and zero_part are more than 1 together"};
          }};
}

}  // namespace ksmsim::models
