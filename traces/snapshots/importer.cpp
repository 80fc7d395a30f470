#include "traces/snapshots/importer.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "traces/snapshots/classes.hpp"
#include "traces/snapshots/counters.hpp"
#include "traces/snapshots/course.hpp"
#include "traces/snapshots/guest_lives.hpp"
#include "traces/snapshots/layout_changes.hpp"
#include "traces/snapshots/page_reader.hpp"
#include "traces/snapshots/recorded_growth.hpp"

namespace ksmsim::traces::snapshots {
namespace {

using Change = looks::OperationQueue::Change;

class Import {
 public:
  Import(const Course& course, const ImportOptions& options, Classes classes, Identities identities,
         const looks::Sink& sink)
      : course_(course),
        options_(options),
        classes_(std::move(classes)),
        identities_(std::move(identities)),
        lives_(course, options.order),
        reader_(course.data.files),
        queue_(sink, options.until) {}

  // Goes through the snapshots.
  Result<void> run();
  // What is known behind the last snapshot.
  Result<void> finish();

  ImportReport report() const {
    const auto left_out = lives_.not_shown();
    return {course_.used.size(), course_.data.guests.size() - left_out.size(), changed_,
            queue_.handed_on(), left_out};
  }

 private:
  // Pages of snapshot k that may have changed: where they are, where they were (nothing: they are
  // new), and since when they may have changed if they are new.
  struct Pages {
    LayoutRange now;
    std::optional<std::uint64_t> offset_before;
    Time earliest;
  };

  Result<void> take_snapshot(std::size_t k);
  Result<void> compare(std::size_t k, const Pages& pages);
  Time place(std::size_t k, const Change& change, std::uint64_t before, Time earliest,
             Time latest) const;
  void add_knobs();
  // Adds what the counters showed up to this time.
  Result<void> add_counters(Time upto);
  Time start() const { return course_.state_at.value_or(kStart); }

  const Course& course_;
  const ImportOptions& options_;
  Classes classes_;
  Identities identities_;
  GuestLives lives_;
  looks::ResidentGrowth growth_;
  PageReader reader_;
  looks::OperationQueue queue_;
  std::optional<CounterReader> counters_;
  std::optional<CounterRow> next_row_;
  std::vector<std::uint64_t> hashes_, hashes_before_;
  std::uint64_t changed_ = 0;
};

Result<void> Import::run() {
  if (options_.counters == Include::yes) {
    auto counters = CounterReader::open(*course_.data.files);
    if (!counters) return counters.error();
    counters_ = std::move(*counters);
  }
  if (options_.appearance == Appearance::growth) {
    auto growth = read_growth(course_.data);
    if (!growth) return growth.error();
    growth_ = std::move(*growth);
  }
  if (options_.knobs == Include::yes) add_knobs();
  lives_.add_begins(queue_);
  for (std::size_t k = 0; k < course_.used.size(); ++k) {
    if (auto r = take_snapshot(k); !r) return r;
    // What the next snapshot shows happened after its pages were read here, from `begin` on.
    const Time known = course_.at(k).begin;
    if (auto r = add_counters(known); !r) return r;
    if (auto r = queue_.flush(known); !r) return r;
    if (options_.progress) options_.progress(k + 1, course_.used.size());
  }
  return {};
}

Result<void> Import::finish() {
  lives_.add_last_ends(queue_);
  if (auto r = add_counters(kNever); !r) return r;
  return queue_.flush(kNever);
}

Result<void> Import::take_snapshot(std::size_t k) {
  auto hashes = reader_.read(course_.at(k));
  if (!hashes) return hashes.error();
  hashes_before_ = std::exchange(hashes_, std::move(*hashes));
  const LayoutChanges changes = snapshots::compare(course_.layout_before(k), course_.layout(k));
  lives_.take(k, changes, queue_);
  for (const auto& kept : changes.kept) {
    if (auto r = compare(k, {kept.now, kept.offset_before, kStart}); !r) return r;
  }
  for (const LayoutRange& range : changes.appeared) {
    if (auto r = compare(k, {range, std::nullopt, lives_.appears_from(range)}); !r) return r;
  }
  return {};
}

Result<void> Import::compare(std::size_t k, const Pages& pages) {
  const SnapshotInfo& snapshot = course_.at(k);
  const LayoutRange& range = pages.now;
  const auto since = course_.held_since(k, range.guest);
  const bool zeros_shown_alike = k == 0 || course_.at(k - 1).zero_page_as == snapshot.zero_page_as;
  Change change;
  change.guest = range.guest;
  change.page_class = classes_.of(course_.layout(k)[range.region].role);
  for (std::uint64_t i = 0; i < range.count.value; ++i) {
    std::uint64_t& hash = hashes_[range.offset + i];
    const std::uint64_t before =
        pages.offset_before ? hashes_before_[*pages.offset_before + i] : kAbsentHash;
    if (hash == before) continue;
    const bool zeros = (hash == kAbsentHash || hash == kZeroPageHash) &&
                       (before == kAbsentHash || before == kZeroPageHash);
    if (pages.offset_before && zeros && !zeros_shown_alike) {
      hash = before;
      continue;
    }
    change.page = range.start + PageCount{i};
    if (since) {
      change.at = *since;
    } else {
      const Time latest = read_time(snapshot, range.offset + i);
      // A change comes after the earlier read.
      const Time earliest =
          pages.offset_before
              ? std::min(read_time(course_.at(k - 1), *pages.offset_before + i) + Duration{1},
                         latest)
              : pages.earliest;
      change.at = place(k, change, before, earliest, latest);
    }
    change.kind = hash == kAbsentHash ? Change::Kind::discard : Change::Kind::write;
    change.content = 0;
    if (hash != kAbsentHash) {
      const auto content = identities_.of(hash);
      if (!content) return Error{"the files changed while they were read"}.in(snapshot.file);
      change.content = *content;
    }
    queue_.add(change);
    ++changed_;
  }
  return {};
}

// When a change of snapshot k happened.
Time Import::place(std::size_t k, const Change& change, std::uint64_t before, Time earliest,
                   Time latest) const {
  const std::uint64_t salt = course_.salt(k, change.guest, change.page);
  if (before == kAbsentHash) {
    const auto grown = growth_.place(change.guest, earliest, latest, salt);
    if (grown) return course_.placer.align(*grown, earliest, latest);
  }
  return course_.placer.place(earliest, latest, salt);
}

void Import::add_knobs() {
  for (const auto& [knob, value] : course_.data.fixed_knobs) {
    queue_.add(start(), input::SetKnob{knob, value});
  }
  const auto& writes = course_.data.knobs;
  // Of the writes before the start, the last one of each knob counts.
  std::map<std::string, std::size_t> last_before;
  for (std::size_t i = 0; i < writes.size() && writes[i].at < start(); ++i) {
    last_before[writes[i].knob] = i;
  }
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (writes[i].at < start() && last_before[writes[i].knob] != i) continue;
    queue_.add(std::max(writes[i].at, start()), input::SetKnob{writes[i].knob, writes[i].value});
  }
}

Result<void> Import::add_counters(Time upto) {
  while (counters_) {
    if (!next_row_) {
      auto row = counters_->next();
      if (!row) return row.error();
      if (!*row) {
        counters_.reset();
        return {};
      }
      next_row_ = std::move(**row);
    }
    if (next_row_->at > std::min(upto, options_.until)) return {};
    if (next_row_->at >= start()) {
      queue_.add(next_row_->at, input::HostCounters{std::move(next_row_->values)});
    }
    next_row_.reset();
  }
  return {};
}

enum class After : std::uint8_t { nothing, ends };

Result<ImportReport> import(const Course& course, const ImportOptions& options, After after,
                            const looks::Sink& sink) {
  auto classes = Classes::create(course.data);
  if (!classes) return classes.error();
  Identities identities;
  if (options.contents == Numbering::ranks) {
    auto ranks = Identities::ranks(course.data, options.progress);
    if (!ranks) return ranks.error();
    identities = std::move(*ranks);
  }
  Import work(course, options, std::move(*classes), std::move(identities), sink);
  if (auto r = work.run(); !r) return r.error();
  if (after == After::ends) {
    if (auto r = work.finish(); !r) return r.error();
  }
  return work.report();
}

}  // namespace

Result<ImportReport> import_recording(const Dataset& data, const ImportOptions& options,
                                      const looks::Sink& sink) {
  Course course{data, snapshots_between(data, options.from, options.until), std::nullopt,
                looks::Placer(options.placement, options.grain)};
  if (course.used.empty()) {
    return Error{"meta.json: snapshots: none lies in the time that is to be imported"};
  }
  if (data.frozen) course.placer.freeze(data.frozen->begin, data.frozen->end.value_or(kNever));
  if (options.from > kStart) course.state_at = course.at(0).begin;
  return import(course, options, After::ends, sink);
}

Result<ImportReport> import_snapshot(const Dataset& data, std::size_t snapshot,
                                     const std::vector<std::uint32_t>& order, Numbering contents,
                                     const looks::Sink& sink) {
  const Course course{
      data, {snapshot}, kStart, looks::Placer(looks::Placement::spread, looks::Placer::kNoGrain)};
  ImportOptions options;
  options.order = order;
  options.knobs = Include::no;
  options.appearance = Appearance::placement;
  options.contents = contents;
  return import(course, options, After::nothing, sink);
}

Result<TraceHeader> make_header(const Dataset& data, Numbering contents) {
  auto classes = Classes::create(data);
  if (!classes) return classes.error();
  TraceHeader header;
  header.host = data.host;
  header.kernel = data.kernel;
  header.hashing = data.hashing;
  if (contents == Numbering::ranks) header.hashing += "; ranks of the hashes from 1 on";
  header.notes = "snapshot set" + (data.scenario.empty() ? "" : " '" + data.scenario + "'");
  header.classes = classes->names();
  for (const GuestInfo& guest : data.guests) header.guests.push_back({guest.name});
  for (const Layout& layout : data.layouts) {
    for (const Region& region : layout) {
      header.regions.push_back({region.guest, region.role, region.start, region.count});
    }
  }
  const auto key = [](const traces::Region& r) {
    return std::tie(r.guest, r.start, r.count, r.role);
  };
  const auto less = [&key](const auto& a, const auto& b) { return key(a) < key(b); };
  std::sort(header.regions.begin(), header.regions.end(), less);
  header.regions.erase(std::unique(header.regions.begin(), header.regions.end()),
                       header.regions.end());
  return header;
}

}  // namespace ksmsim::traces::snapshots
