// Run: what comes out of it.
#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/host/controllers/facts.hpp"
#include "sim/host/duplicates.hpp"
#include "sim/host/run.hpp"
#include "sim/host/storm.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::host {

results::Sample Run::sample() const {
  const mem::Totals& totals = machine_.memory().totals();
  results::Sample s;
  s.at_ns = nanoseconds(now_);
  s.counters = machine_.counters();
  s.truth = {.present_pages = totals.present_sites,
             .saved_pages = totals.saved(),
             .zero_pages = totals.ksm_zero_pages,
             .metadata_bytes = machine_.ksmd().metadata_bytes(),
             .cow_ksm = totals.cow_ksm,
             .write_breaks = totals.write_breaks,
             .unmerge_breaks = totals.unmerge_breaks};
  const bool working = ksmd_ == Ksmd::works || ksmd_ == Ksmd::ends_batch;
  s.ksmd_cpu_ns =
      (ksmd_cpu_ + (working ? machine_.ksmd().batch_cpu_until(now_) : Duration{})).count();
  s.passes = passes_;
  const ksm::Knobs& knobs = machine_.ksmd().knobs();
  s.pages_to_scan = knobs.pages_to_scan;
  s.run = static_cast<std::int64_t>(knobs.run);
  s.sleep_millisecs = knobs.sleep_millisecs;
  s.host = host_figures();
  return s;
}

void Run::take_sample() {
  auto& samples = result_.samples;
  samples.push_back(sample());
  if (samples.size() == kSamplesMax) {
    for (std::size_t i = 0; 2 * i < samples.size(); ++i) samples[i] = samples[2 * i];
    samples.resize((samples.size() + 1) / 2);
    options_.sample_interval *= 2;
    note("every second sample left out: there were " + std::to_string(kSamplesMax));
  }
  const Time next = Time{Duration{samples.back().at_ns}} + options_.sample_interval;
  events_.schedule(std::max(next, now_), {What::sample});
}

results::Guest Run::guest(MmId mm) const {
  const auto items = machine_.ksmd().of(mm);
  const auto& space = machine_.memory().space(mm);
  results::Guest g;
  g.name = names_[mm.value];
  for (const auto& ref : space.blocks) {
    const mem::Block& block = machine_.memory().block(ref.block);
    for (std::uint32_t i = block.anonymous.next(0); i < mem::kBlockPages;
         i = block.anonymous.next(i + 1)) {
      ++g.present_pages;
    }
  }
  g.present_pages += space.ksm_zero_pages;
  const std::int64_t zero_pages =
      ksm::has_file(*options_.traits, "ksm_zero_pages") ? space.ksm_zero_pages : 0;
  g.ksm_rmap_items = items.rmap_items;
  g.ksm_zero_pages = zero_pages;
  g.ksm_merging_pages = items.merging_pages;
  g.ksm_merge_any = space.merge_any ? 1 : 0;
  g.ksm_mergeable = space.has_mergeable_region() ? 1 : 0;
  g.ksm_process_profit =
      (items.merging_pages + zero_pages) * static_cast<std::int64_t>(kPageBytes) -
      items.rmap_items * ksm::kRmapItemBytes;
  return g;
}

void Run::note_guest_end(MmId mm) {
  list_guest(mm);
  note("guest " + names_[mm.value] + " ends");
}

// The blast radii as they are now; `at` is the moment by which they are known.
results::Storm Run::storm_at(Time at) const {
  results::Storm storm = find_storm(machine_, names_);
  storm.at_ns = nanoseconds(at);
  if (options_.ram.bounded()) storm.available_kb = pressure_.ram().available_kb(machine_);
  return storm;
}

// A pass has ended: if more is saved than ever, the blast radii are counted. A twentieth more, so
// that a saving that creeps up costs little.
void Run::note_peak(Time at) {
  if (options_.blasts != Blasts::at_peak_too) return;
  const std::int64_t saved = machine_.memory().totals().saved();
  if (20 * saved <= 21 * peak_saved_) return;
  peak_saved_ = saved;
  result_.peak_storm = storm_at(at);
}

results::ContentLives Run::lives() const {
  KSM_CHECK(life_log_.has_value());
  return life_log_->lives(now_);
}

results::RunResult Run::finish() {
  if (result_.samples.empty() || result_.samples.back().at_ns != nanoseconds(now_)) {
    result_.samples.push_back(sample());
  } else {
    result_.samples.back() = sample();
  }
  for (std::uint32_t m = 0; m < machine_.memory().spaces(); ++m) {
    if (machine_.memory().space(MmId{m}).living) list_guest(MmId{m});
  }
  complete_host();
  result_.duplicates = find_duplicates(machine_, names_);
  result_.storm = storm_at(now_);
  if (life_log_) result_.lives = life_log_->lives(now_);
  result_.knobs = machine_.ksmd().knobs();
  result_.controller =
      controllers::facts_of(options_.controller, options_.accel, machine_.ksmd().knobs());
  // Otherwise they are not why.
  auto& unseen = result_.controller.unseen_guests;
  if (!unseen.empty() && !would_run_if_it_saw_all()) unseen.clear();
  if (memory_log_) result_.memory = memory_log_->course();
  result_.worst_minute = breaks_.worst_write_minute();
  result_.break_causes = breaks_.causes();
  const cost::Work& work = machine_.ksmd().meter().work();
  cost::for_each_unit(
      [&](const char* name, auto unit) { result_.work.emplace_back(name, work.*unit); });
  const auto& outcomes = machine_.ksmd().outcomes();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    result_.outcomes.emplace_back(ksm::kVisitOutcomeNames[i], outcomes[i]);
  }
  result_.digest = digest_of(result_);
  return std::move(result_);
}

void Run::describe_configuration() {
  auto& c = result_.configuration;
  c.emplace_back("kernel", options_.traits->kernel);
  c.emplace_back("hz", std::to_string(options_.host.ticks.hz));
  c.emplace_back("boot_ns", std::to_string(options_.host.ticks.boot.count()));
  if (!pressure_.device().at_once()) {
    c.emplace_back("swap_write_ns", std::to_string(options_.host.swap_write.count()));
  }
  c.emplace_back("sample_interval_ns", std::to_string(options_.sample_interval.count()));
  c.emplace_back("until_ns", options_.until == kNever
                                 ? (options_.end_at == EndAt::settled ? "settled" : "trace end")
                                 : std::to_string(nanoseconds(options_.until)));
  c.emplace_back("seed", std::to_string(options_.seed));
  for_each_field(machine_.ksmd().knobs(), [&](const char* name, const auto&) {
    if (ksm::has_file(*options_.traits, name))
      c.emplace_back(name, *ksm::show(machine_.ksmd().knobs(), name));
  });
  for (const input::SetKnob& knob : options_.knobs) {
    result_.kept_knobs.emplace_back(knob.knob, knob.value);
  }
  cost::for_each_unit([&](const char* name, auto unit) {
    c.emplace_back("price_ps " + std::string(name), std::to_string(options_.host.prices.*unit));
  });
  c.emplace_back("agreed_bytes", std::to_string(options_.host.agreed.otherwise));
  for (std::size_t i = 0; i < options_.host.agreed.by_class.size(); ++i) {
    c.emplace_back("agreed_bytes of class " + std::to_string(i),
                   std::to_string(options_.host.agreed.by_class[i]));
  }
  describe_host();
}

}  // namespace ksmsim::host
