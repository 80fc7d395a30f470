#include "sim/host/run.hpp"

#include <algorithm>
#include <utility>

#include "sim/host/duplicates.hpp"
#include "sim/host/timer_wheel.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::host {

using Woken = Machine::Woken;

Run::Run(RunOptions options, std::unique_ptr<input::OpSource> source)
    : options_(std::move(options)),
      source_(std::move(source)),
      machine_(*options_.traits, cost::Meter(options_.host.prices, options_.host.agreed),
               options_.host.ticks),
      swap_(options_.host.swap_write) {
  machine_.memory().set_slow_swap(!swap_.at_once());
}

Result<Run> Run::begin(RunOptions options, std::unique_ptr<input::OpSource> source) {
  Run run(std::move(options), std::move(source));
  KSM_CHECK(run.options_.sample_interval > Duration::zero());
  if (!run.is_pinned("run")) run.write_knob_now({"run", "1"});
  for (const input::SetKnob& knob : run.options_.knobs) {
    const auto error = run.machine_.write_knob(knob, run.clock());
    if (error != ksm::WriteError::none) {
      return Error{ksm::explain(error, knob.knob, knob.value, *run.options_.traits)};
    }
  }
  run.describe_configuration();
  run.events_.schedule(kStart, {What::sample});
  return Result<Run>(std::move(run));
}

// ---------------------------------------------------------------- the loop

Result<Run::State> Run::advance(Time until) {
  until = std::min(until, options_.until);
  if (!pending_ && !source_ended_) {
    if (auto r = fetch(); !r) return r.error();
  }
  while (!over_) {
    const Time operation = pending_ ? pending_->at : kNever;
    const Time next = std::min(operation, events_.next_time());
    // 1. ksmd visits pages until the next thing happens.
    if (ksmd_ == Ksmd::works) {
      const Time stop = std::min(next, until == kNever ? kNever : until + Duration{1});
      go_on_with_batch(stop);
      if (ksmd_ == Ksmd::ends_batch) continue;  // There is a new event.
    }
    if (next > until) break;
    now_ = next;
    // 2. What guests do comes before what else happens at the same time.
    if (operation == next) {
      if (auto r = carry_out_pending(); !r) return r.error();
    } else {
      carry_out(events_.pop().what);
    }
    over_ = is_over();
  }
  if (!over_ && until != kNever) now_ = until;
  over_ |= options_.end_at == EndAt::time && now_ >= options_.until;
  return over_ ? State::over : State::going_on;
}

bool Run::is_over() const {
  if (!source_ended_ || pending_) return false;
  switch (options_.end_at) {
    case EndAt::trace_end:
      return true;
    case EndAt::time:
      return false;
    case EndAt::settled:
      break;
  }
  // Nothing changes any more if ksmd waits for work, will not wake up or scans nothing, or enough
  // passes in a row changed nothing: two, but with smart scan a page that has been there for long
  // is visited every ninth time only and has to be visited twice.
  const bool old_pages = machine_.ksmd().knobs().smart_scan && last_operation_ > kStart;
  const int enough = old_pages ? 18 : 2;
  const bool idle = naps_for_ever_ || machine_.ksmd().knobs().pages_to_scan == 0;
  return ksmd_ == Ksmd::waits_for_work || (ksmd_ == Ksmd::naps && idle) || still_passes_ >= enough;
}

Result<void> Run::fetch() {
  auto next = source_.next();
  if (!next) return next.error();
  pending_ = std::move(*next);
  source_ended_ = !pending_;
  return {};
}

Result<void> Run::carry_out_pending() {
  const input::Operation operation = std::move(pending_->operation);
  last_operation_ = now_;
  if (const auto* knob = std::get_if<input::SetKnob>(&operation)) {
    write_knob(*knob);
  } else if (const auto* counters = std::get_if<input::HostCounters>(&operation)) {
    result_.observed.push_back({nanoseconds(now_), counters->values});
  } else {
    if (const auto* end = std::get_if<input::End>(&operation)) note_guest_end(end->mm);
    const auto woken = machine_.apply(operation);
    if (!woken) return woken.error();
    if (const auto* begin = std::get_if<input::Begin>(&operation)) {
      names_.push_back(begin->name);
      note("guest " + begin->name + " begins");
    } else if (const auto* fork = std::get_if<input::Fork>(&operation)) {
      names_.push_back(fork->name);
    }
    count_breaks();
    queue_pages_for_swap();
    if (*woken == Woken::yes) wake_if_work();
  }
  return fetch();
}

void Run::carry_out(const Scheduled& event) {
  switch (event.what) {
    case What::wake_up:
      if (ksmd_ == Ksmd::naps && event.nap == nap_) begin_batch();
      return;
    case What::batch_end:
      ksmd_cpu_ += machine_.ksmd().batch_cpu();
      // Whoever waited for the end finds ksmd on its way to sleep: run 1 does not wake it.
      write_deferred_knobs();
      fall_asleep();
      return;
    case What::sample:
      take_sample();
      return;
    case What::page_written:
      machine_.memory().written(swap_.pop());
      if (swap_.next_time() != kNever) events_.schedule(swap_.next_time(), {What::page_written});
      return;
  }
}

// ---------------------------------------------------------------- knobs

bool Run::is_pinned(const std::string& knob) const {
  return std::any_of(options_.knobs.begin(), options_.knobs.end(),
                     [&](const input::SetKnob& k) { return k.knob == knob; });
}

bool Run::waits_for_batch_end(const input::SetKnob& op) const {
  if (!deferred_.empty()) return true;
  if (ksmd_ != Ksmd::works && ksmd_ != Ksmd::ends_batch) return false;
  return op.knob == "run" || op.knob == "merge_across_nodes" || op.knob == "max_page_sharing";
}

void Run::write_knob(const input::SetKnob& op) {
  if (is_pinned(op.knob)) {
    note("the trace's " + op.knob + " = " + op.value + " is left out: set for the whole run");
  } else if (waits_for_batch_end(op)) {
    deferred_.push_back(op);
  } else {
    write_knob_now(op);
  }
}

void Run::write_knob_now(const input::SetKnob& op) {
  const std::uint32_t sleep = machine_.ksmd().knobs().sleep_millisecs;
  const auto error = machine_.write_knob(op, clock());
  if (error != ksm::WriteError::none) {
    note("refused: " + ksm::explain(error, op.knob, op.value, *options_.traits));
    return;
  }
  note(op.knob + " = " + op.value);
  // Two things end ksmd's waiting: there is work now, or the sleep it naps for has changed.
  if (op.knob == "run") wake_if_work();
  const bool wakes = options_.traits->sleep_change == ksm::SleepChange::wakes;
  if (ksmd_ == Ksmd::naps && wakes && machine_.ksmd().knobs().sleep_millisecs != sleep) {
    begin_batch();
  }
}

void Run::write_deferred_knobs() {
  while (!deferred_.empty()) {
    const input::SetKnob op = std::move(deferred_.front());
    deferred_.pop_front();
    write_knob_now(op);
  }
}

// ---------------------------------------------------------------- ksmd

void Run::wake_if_work() {
  if (ksmd_ == Ksmd::waits_for_work && machine_.has_work()) begin_batch();
}

// ksmd is awake: a batch if there is work, otherwise it waits for some.
void Run::begin_batch() {
  if (!machine_.has_work()) {
    ksmd_ = Ksmd::waits_for_work;
    return;
  }
  machine_.ksmd().begin_batch(clock());
  ksmd_ = Ksmd::works;
}

void Run::go_on_with_batch(Time until) {
  const std::int64_t before = machine_.ksmd().full_scans();
  if (machine_.ksmd().scan(machine_.memory(), until) == ksm::Ksmd::BatchState::suspended) return;
  if (machine_.ksmd().full_scans() != before) {
    ++passes_;
    const std::int64_t saved = machine_.memory().totals().saved();
    still_passes_ = guests_were_still_ && saved == settled_saved_ ? still_passes_ + 1 : 0;
    settled_saved_ = saved;
    guests_were_still_ = source_ended_;
  }
  ksmd_ = Ksmd::ends_batch;
  // A batch takes some time whatever it costs, so that time goes on with a sleep of 0.
  const Time end = std::max(machine_.ksmd().batch_time(), now_ + Duration{1});
  events_.schedule(end, {What::batch_end});
}

void Run::fall_asleep() {
  ksmd_ = machine_.has_work() ? Ksmd::naps : Ksmd::waits_for_work;
  if (ksmd_ == Ksmd::waits_for_work) return;
  ++nap_;
  const Time end = sleep_end(options_.host.ticks, now_, machine_.ksmd().knobs().sleep_millisecs);
  naps_for_ever_ = end == kNever;
  if (!naps_for_ever_) events_.schedule(end, {What::wake_up, nap_});
}

// ---------------------------------------------------------------- what comes out

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
  s.ksmd_cpu_ns = (ksmd_cpu_ + (working ? machine_.ksmd().batch_cpu() : Duration{})).count();
  s.passes = passes_;
  s.pages_to_scan = machine_.ksmd().knobs().pages_to_scan;
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

void Run::count_breaks() {
  const std::int64_t breaks = machine_.memory().totals().write_breaks;
  if (breaks > breaks_so_far_) breaks_.add(now_, breaks - breaks_so_far_);
  breaks_so_far_ = breaks;
}

void Run::queue_pages_for_swap() {
  for (const mem::LeavingPage& page : machine_.memory().take_leaving()) {
    if (swap_.add(now_, page)) events_.schedule(swap_.next_time(), {What::page_written});
  }
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
  result_.guests.push_back(guest(mm));
  note("guest " + names_[mm.value] + " ends");
}

results::RunResult Run::finish() {
  if (result_.samples.empty() || result_.samples.back().at_ns != nanoseconds(now_)) {
    result_.samples.push_back(sample());
  } else {
    result_.samples.back() = sample();
  }
  for (std::uint32_t m = 0; m < machine_.memory().spaces(); ++m) {
    if (machine_.memory().space(MmId{m}).living) result_.guests.push_back(guest(MmId{m}));
  }
  result_.duplicates = find_duplicates(machine_);
  result_.worst_minute = breaks_.worst();
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
  if (!swap_.at_once()) {
    c.emplace_back("swap_write_ns", std::to_string(options_.host.swap_write.count()));
  }
  c.emplace_back("sample_interval_ns", std::to_string(options_.sample_interval.count()));
  c.emplace_back("until_ns", options_.until == kNever
                                 ? (options_.end_at == EndAt::settled ? "settled" : "trace end")
                                 : std::to_string(nanoseconds(options_.until)));
  c.emplace_back("seed", std::to_string(options_.seed));
  ksm::for_each_knob(machine_.ksmd().knobs(), [&](const char* name, const auto&) {
    if (ksm::has_file(*options_.traits, name))
      c.emplace_back(name, *ksm::show(machine_.ksmd().knobs(), name));
  });
  for (const input::SetKnob& knob : options_.knobs) {
    c.emplace_back("set " + knob.knob, knob.value);
  }
  cost::for_each_unit([&](const char* name, auto unit) {
    c.emplace_back("price_ps " + std::string(name), std::to_string(options_.host.prices.*unit));
  });
  c.emplace_back("agreed_bytes", std::to_string(options_.host.agreed.otherwise));
  for (std::size_t i = 0; i < options_.host.agreed.by_class.size(); ++i) {
    c.emplace_back("agreed_bytes of class " + std::to_string(i),
                   std::to_string(options_.host.agreed.by_class[i]));
  }
}

}  // namespace ksmsim::host
