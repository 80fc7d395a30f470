#include "models/regions/zeroed.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "models/activity.hpp"
#include "models/content.hpp"
#include "models/pace.hpp"
#include "models/run_writer.hpp"
#include "models/spread_job.hpp"
#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {
namespace {

enum class AtBoot : std::uint8_t { leaves, zeroes };
enum class Freed : std::uint8_t { keeps_contents, is_zeroed_later, is_zeroed_at_once };
enum class Combining : std::uint8_t { off, on };

// What is known of an operating system (docs/models.md).
struct Generation {
  std::string_view name;
  AtBoot at_boot;
  Freed freed;
  Combining combining;
};

constexpr auto kZeroes = AtBoot::zeroes;
constexpr auto kLater = Freed::is_zeroed_later;
constexpr std::array kGenerations{
    Generation{"xp", kZeroes, kLater, Combining::off},
    Generation{"vista", kZeroes, kLater, Combining::off},
    Generation{"7", kZeroes, kLater, Combining::off},
    Generation{"8", kZeroes, kLater, Combining::on},
    Generation{"8.1", kZeroes, kLater, Combining::on},
    Generation{"10", kZeroes, kLater, Combining::on},
    Generation{"11", kZeroes, kLater, Combining::on},
    Generation{"server-2003", kZeroes, kLater, Combining::off},
    Generation{"server-2008", kZeroes, kLater, Combining::off},
    Generation{"server-2012", kZeroes, kLater, Combining::off},
    Generation{"server-2016", kZeroes, kLater, Combining::off},
    Generation{"server-2019", kZeroes, kLater, Combining::off},
    Generation{"server-2022", kZeroes, kLater, Combining::off},
    Generation{"linux", AtBoot::leaves, Freed::keeps_contents, Combining::off},
    Generation{"linux-init-on-free", kZeroes, Freed::is_zeroed_at_once, Combining::off},
};

const Generation& generation_of(std::string_view name) {
  const auto at = std::find_if(kGenerations.begin(), kGenerations.end(),
                               [name](const Generation& g) { return g.name == name; });
  KSM_CHECK(at != kGenerations.end());
  return *at;
}

using Page = std::uint32_t;

constexpr std::string_view kNoFiles = "none";

class Zeroed : public Region {
 public:
  Zeroed(const Setting& setting, const Values& values)
      : setting_(setting),
        generation_(generation_of(values.text("generation"))),
        own_(setting.own_name("used")),
        files_(values.text("files")),
        uses_files_(values.text("files") != kNoFiles),
        random_(setting.seed, setting.own_name("zeroed")),
        activity_(values.amount("idle")),
        using_(values.amount("use")),
        freeing_(values.amount("release")),
        zero_per_hour_(values.amount("zero")),
        lag_(values.number("lag")),
        every_(values.number("combine_every")),
        pairs_ppm_(values.amount("duplicates")),
        least_free_(part_of(setting.pages, values.amount("least_free"))),
        login_pages_(part_of(setting.pages, values.amount("login"))),
        is_first_use_(setting.pages, 0) {
    KSM_CHECK(setting.pages <= ~Page{0});
  }

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    if (event.kind == EventKind::boot || event.kind == EventKind::reboot) {
      start(now + setting_.after);
    } else if (event.kind == EventKind::login) {
      login_ = SpreadJob(now, event.length, login_pages_);
    }
  }

  Time next() const override {
    const Time freed = freed_.empty() ? kNever : freed_.front().at;
    return std::min({zeroing_.next(), freed, login_.next(), tick_, combine_});
  }

  void act(Time now, Pen& pen) override {
    if (zeroing_.next() <= now) {
      const auto piece = zeroing_.take();
      pen.write(piece.first, piece.count, {});
      ready_ = piece.first + piece.count;
      return;
    }
    RunWriter writer(pen);
    if (!freed_.empty() && freed_.front().at <= now) {
      for (; !freed_.empty() && freed_.front().at <= now; freed_.pop_front()) {
        writer.put(freed_.front().page, 0);
        free_.push_back(freed_.front().page);
      }
    } else if (login_.next() <= now) {
      take(login_.take().count, writer);
    } else if (combine_ <= now) {
      combine(now);
      combine_ = now + every_;
    } else {
      take(using_.take(activity_.level_ppm()), writer);
      for (auto due = freeing_.take(activity_.level_ppm()); due > 0 && !used_.empty(); --due) {
        const std::uint64_t i = random_.below(used_.size());
        release(used_[i], now, writer);
        used_[i] = used_.back();
        used_.pop_back();
      }
      tick_ += kTick;
    }
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Zeroed>(*this); }

 private:
  void start(Time at) {
    ++life_;
    freed_.clear();
    used_.clear();
    login_ = {};
    free_.clear();
    untouched_ = 0;
    std::fill(is_first_use_.begin(), is_first_use_.end(), std::uint8_t{0});
    const bool zeroes = generation_.at_boot == AtBoot::zeroes;
    ready_ = zeroes ? 0 : setting_.pages;
    zeroing_ = zeroes ? SpreadJob(at, time_to_zero(), setting_.pages) : SpreadJob();
    tick_ = using_.stands_still() && freeing_.stands_still() ? kNever : at + kTick;
    combine_ = generation_.combining == Combining::on ? at + every_ : kNever;
  }
  // Of pages that come into use for the first time.
  ContentName first_contents() const { return uses_files_ ? files_ : own_.with(life_); }
  Duration time_to_zero() const {
    if (zero_per_hour_ == 0) return {};
    constexpr std::uint64_t kMilliseconds = 3'600'000;
    return std::chrono::milliseconds(setting_.pages * kMilliseconds / zero_per_hour_);
  }
  // So many pages come into use, as long as more than the least are free.
  void take(std::uint64_t count, RunWriter& writer) {
    for (; count > 0; --count) {
      const std::uint64_t never_used = std::max(ready_, untouched_) - untouched_;
      if (free_.size() + never_used <= least_free_) return;
      Page page = 0;
      if (never_used > 0) {
        page = static_cast<Page>(untouched_++);
        is_first_use_[page] = 1;
        // Neighbours 2k and 2k + 1 are equal so often.
        const ContentName here = first_contents();
        const bool paired = here.number(page / 2) % kWholePpm < pairs_ppm_;
        writer.put(page, here.page(paired ? page / 2 * 2 : page));
      } else {
        page = free_.back();
        free_.pop_back();
        is_first_use_[page] = 0;
        writer.put(page, own_.with(~life_).page(written_++));
      }
      used_.push_back(page);
    }
  }
  void release(Page page, Time now, RunWriter& writer) {
    is_first_use_[page] = 0;
    if (generation_.freed == Freed::is_zeroed_later) {
      freed_.push_back({now + lag_, page});
      return;
    }
    if (generation_.freed == Freed::is_zeroed_at_once) writer.put(page, 0);
    free_.push_back(page);
  }
  // Of two equal pages, as they were written first, the second is freed.
  void combine(Time now) {
    const ContentName here = first_contents();
    const auto is_double = [&](Page page) {
      return page % 2 == 1 && is_first_use_[page] != 0 && is_first_use_[page - 1] != 0 &&
             here.number(page / 2) % kWholePpm < pairs_ppm_;
    };
    const auto kept = std::stable_partition(used_.begin(), used_.end(),
                                            [&](Page page) { return !is_double(page); });
    for (auto at = kept; at != used_.end(); ++at) {
      is_first_use_[*at] = 0;
      freed_.push_back({now + lag_, *at});
    }
    used_.erase(kept, used_.end());
  }

  struct FreedPage {
    Time at;  // When it is zeroed.
    Page page;
  };

  Setting setting_;
  Generation generation_;
  ContentName own_, files_;
  bool uses_files_;
  RandomStream random_;
  Activity activity_;
  Pace using_, freeing_;
  std::uint64_t zero_per_hour_;
  Duration lag_, every_;
  std::uint64_t pairs_ppm_, least_free_, login_pages_;
  std::uint64_t life_ = 0, written_ = 0;
  std::uint64_t ready_ = 0;      // Pages from the start that the boot has zeroed.
  std::uint64_t untouched_ = 0;  // Where the pages begin that were never used since the boot.
  std::vector<std::uint8_t> is_first_use_;
  std::vector<Page> free_;  // Used and freed since; Windows: and zeroed.
  std::vector<Page> used_;
  std::deque<FreedPage> freed_;  // Not zeroed yet, in the order of time.
  SpreadJob zeroing_, login_;
  Time tick_ = kNever, combine_ = kNever;
};

std::vector<std::string_view> generation_names() {
  std::vector<std::string_view> names;
  names.reserve(kGenerations.size());
  for (const Generation& generation : kGenerations) names.push_back(generation.name);
  return names;
}

}  // namespace

RegionKind zeroed_kind() {
  return {.name = "zeroed",
          .what = "free memory that the guest zeroes (Windows) or not (Linux), used bit by bit",
          .page_class = "zeroed",
          .agreed_bytes = 33,
          .agreed_evidence = Evidence::assumed,
          .agreed_source = "of the pages in use; those of zeros agree in all bytes",
          .parameters =
              {
                  {"generation", Kind::text, 0, 0, "\"10\"", Evidence::assumed, "",
                   "the guest's system, which says what is zeroed and whether it combines pages",
                   generation_names()},
                  {"zero", Kind::rate, 0, 100000, "715", Evidence::cited,
                   "row 9: 0.75 GB/s, one report on Linux",
                   "how fast the boot zeroes memory; 0: at once"},
                  {"use", Kind::rate, 0, 10000, "0.1", Evidence::assumed,
                   "row 7: free memory decays as the cache fills, no rate known",
                   "free memory that comes into use at work"},
                  {"release", Kind::rate, 0, 10000, "0.05", Evidence::assumed, "",
                   "memory in use that is freed again at work"},
                  {"lag", Kind::time, 0, 1e6, "10", Evidence::assumed,
                   "row 8: seconds to minutes, no public figure",
                   "from freed to zeroed, where the system zeroes later"},
                  {"least_free", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "part of the region that is never used"},
                  {"login", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "part of the region that a login takes into use"},
                  {"files", Kind::text, 0, 0, "\"none\"", Evidence::assumed, "",
                   "files that unused memory caches: guests that name the same ones hold the same "
                   "pages; none: contents of their own"},
                  {"duplicates", Kind::part, 0, 1, "0.03", Evidence::assumed,
                   "row 10, measured on Linux; of Windows nothing is known",
                   "part of the pages in use that come in equal pairs"},
                  {"combine_every", Kind::time, 1, 1e6, "900", Evidence::assumed, "",
                   "how often a client that combines pages looks for equal ones"},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Zeroed>(setting, values);
          }};
}

}  // namespace ksmsim::models
