#include "models/regions/encrypted.hpp"

#include <algorithm>

#include "models/activity.hpp"
#include "models/churn.hpp"
#include "models/content.hpp"
#include "models/run_writer.hpp"
#include "models/spread_job.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {
namespace {

class Encrypted : public Region {
 public:
  Encrypted(const Setting& setting, const Values& values)
      : setting_(setting),
        own_(setting.own_name("encrypted")),
        random_(setting.seed, setting.own_name("encrypted")),
        activity_(values.amount("idle")),
        pins_(values.text("pinned") == "yes") {
    churn_.add(0, setting.pages, values.shares("lifetimes"));
  }

  void on(const GuestEvent& event, Time now, Pen&) override {
    activity_.on(event);
    if (event.kind != EventKind::boot && event.kind != EventKind::reboot) return;
    done_ = 0;
    fill_ = SpreadJob(now + setting_.after, setting_.over, setting_.pages);
    tick_ = churn_.stands_still() ? kNever : now + setting_.after + kTick;
  }

  Time next() const override { return std::min(fill_.next(), tick_); }

  void act(Time now, Pen& pen) override {
    if (fill_.next() <= now) return fill(pen);
    RunWriter writer(pen);
    churn_.tick(activity_.level_ppm(), done_, random_, [&](std::uint64_t page) {
      writer.put(page, own_.page(written_++));
      return std::uint64_t{1};
    });
    tick_ += kTick;
  }

  std::unique_ptr<Region> clone() const override { return std::make_unique<Encrypted>(*this); }

 private:
  // Pages stay pinned through reboots.
  void fill(Pen& pen) {
    const auto piece = fill_.take();
    done_ = piece.first + piece.count;
    {
      RunWriter writer(pen);
      for (std::uint64_t p = piece.first; p < done_; ++p) writer.put(p, own_.page(written_++));
    }
    if (pins_ && done_ > pinned_) {
      pen.pin(pinned_, done_ - pinned_);
      pinned_ = done_;
    }
  }

  Setting setting_;
  ContentName own_;
  RandomStream random_;
  Activity activity_;
  bool pins_;
  Churn churn_;
  std::uint64_t written_ = 0;  // Contents so far; never the same again.
  std::uint64_t done_ = 0;     // Pages filled since the boot.
  std::uint64_t pinned_ = 0;   // Pages that are pinned: the first ones.
  SpreadJob fill_;
  Time tick_ = kNever;
};

}  // namespace

RegionKind encrypted_kind() {
  return {.name = "encrypted",
          .what = "encrypted memory (SEV, TDX): never equal to anything, by default not mergeable",
          .page_class = "encrypted",
          .agreed_bytes = 8,
          .agreed_evidence = Evidence::assumed,
          .agreed_source = "ciphertexts differ in their first bytes",
          .mergeable_by_default = input::Mergeable::no,
          .parameters =
              {
                  {"lifetimes", Kind::lifetimes, 1, 1e9, "[]", Evidence::assumed,
                   "what is not mergeable is not looked at",
                   "parts of the pages and how long they keep their content on average; the rest "
                   "is never rewritten"},
                  {"pinned",
                   Kind::text,
                   0,
                   0,
                   "\"yes\"",
                   Evidence::cited,
                   "KVM pins SEV guests' memory (amd-memory-encryption of the kernel's "
                   "documentation); TDX's private memory cannot move either",
                   "whether the host keeps it in RAM: it does not go to swap",
                   {"yes", "no"}},
                  {"idle", Kind::part, 0, 1, "0.1", Evidence::assumed, "",
                   "activity of an idle guest, as a part of a working one's"},
              },
          .make = [](const Setting& setting, const Values& values) -> std::unique_ptr<Region> {
            return std::make_unique<Encrypted>(setting, values);
          }};
}

}  // namespace ksmsim::models
