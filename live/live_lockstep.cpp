#include "live/live_lockstep.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "live/huge_splitter.hpp"
#include "live/interrupt.hpp"
#include "live/khugepaged.hpp"
#include "live/lru_caches.hpp"
#include "live/stepped_ksmd.hpp"
#include "live/swap_group.hpp"

namespace ksmsim::live {
namespace {

using Failed = std::optional<LiveFailure>;

template <class... Ops>
bool has_any(const traces::Script& script) {
  return std::any_of(script.steps.begin(), script.steps.end(), [](const traces::Step& step) {
    return step.kind == traces::Step::Kind::operation &&
           (std::holds_alternative<Ops>(step.operation) || ...);
  });
}

// Counters that go on from script to script: counted from boot; or 0 at the beginning, but where a
// kernel has lost count of zero pages at forks (6.6 to 6.16), for good.
bool is_relative(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames{"pages_scanned", "pages_skipped",
                                                   "ksm_zero_pages", "general_profit"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Result<void> require(const std::string& path, std::int64_t value) {
  if (!file_there(path)) return {};
  auto file = SysFile::open(path);
  if (!file) return file.error();
  const auto number = file->number();
  if (!number) return number.error();
  if (*number != value) return Error{path + " has to be " + std::to_string(value)};
  return {};
}

// What a script needs of the machine beyond KSM.
Result<void> require_machine(const traces::Script& script) {
  if (geteuid() != 0) return Error{"only root can step the machine's KSM"};
  if (has_any<input::SwapOut, input::SwapAll>(script)) {
    if (auto r = require("/proc/sys/vm/page-cluster", 0); !r) return r;  // Pages come back alone.
    // Reclaim does not round a few pages to none.
    if (auto r = require("/proc/sys/vm/swappiness", 200); !r) return r;
  }
  // Only `move` moves pages.
  if (!file_there("/sys/devices/system/node/node1")) return {};
  return require("/proc/sys/kernel/numa_balancing", 0);
}

class LiveRun {
 public:
  LiveRun(SteppedKsmd& ksmd, const LiveOptions& options) : ksmd_(ksmd), options_(options) {}

  Failed carry_out(const traces::Script& script) {
    if (auto r = prepare(script); !r) return LiveFailure{LiveFailure::Kind::machine, r.error()};
    for (const traces::Step& step : script.steps) {
      if (auto r = one(step); !r) {
        return LiveFailure{failure_, r.error().in("line " + std::to_string(step.line))};
      }
    }
    return std::nullopt;
  }

 private:
  Result<void> prepare(const traces::Script& script) {
    if (has_any<input::SwapAll>(script)) {
      auto group = SwapGroup::make();
      if (!group) return group.error();
      swap_group_ = *std::move(group);
    }
    if (has_any<input::Huge, input::Collapse>(script)) {
      auto khugepaged = Khugepaged::start();
      if (!khugepaged) return khugepaged.error();
      khugepaged_ = *std::move(khugepaged);
    }
    const auto start = ksmd_.files().read();
    if (!start) return start.error();
    start_ = *start;
    return {};
  }

  Result<void> one(const traces::Step& step) {
    if (auto r = Interrupt::check(); !r) return r;
    auto done = step.kind == traces::Step::Kind::row    ? row(step)
                : step.kind == traces::Step::Kind::wake ? wake(step)
                                                        : operation(step);
    if (!done || !options_.after_step) return done;
    return options_.after_step(step, guests_);
  }

  Result<void> row(const traces::Step& step, std::optional<std::uint64_t> cpu_ns = {}) {
    auto counters = ksmd_.files().read();
    if (!counters) return counters.error();
    for (std::size_t i = 0; i < kCounterNames.size(); ++i) {
      auto& value = (*counters)[i];
      if (is_relative(kCounterNames[i]) && value) *value -= start_[i].value_or(0);
    }
    return options_.on_row({step.line, *counters, cpu_ns});
  }

  Result<void> wake(const traces::Step& step) {
    for (std::uint64_t i = 0; i < step.count; ++i) {
      if (auto r = drain(); !r) return r;
      if (auto r = turn(step, [this] { return ksmd_.nudge(); }); !r) return r;
    }
    return {};
  }

  // Something that lets ksmd go round once, and a row after it.
  template <class F>
  Result<void> turn(const traces::Step& step, F let_go_round) {
    if (!options_.measure_cpu) {
      if (auto r = let_go_round(); !r) return r;
      return row(step);
    }
    const auto before = ksmd_.cpu_ns();
    if (!before) return before.error();
    if (auto r = let_go_round(); !r) return r;
    const auto after = ksmd_.cpu_ns();
    if (!after) return after.error();
    return row(step, *after - *before);
  }

  Result<void> operation(const traces::Step& step) {
    if (const auto* knob = std::get_if<input::SetKnob>(&step.operation)) return set(step, *knob);
    if (const auto* begin = std::get_if<input::Begin>(&step.operation)) return this->begin(*begin);
    if (const auto* end = std::get_if<input::End>(&step.operation)) {
      guests_.erase(end->mm);
      return {};
    }
    // The first registration of all can set a waiting ksmd going.
    if (auto r = drain(); !r) return r;
    if (auto r = on_memory(step.operation); !r) return r;
    dirty_ = true;
    return ksmd_.settle();
  }

  Result<void> on_memory(const input::Operation& operation) {
    if (const auto request = request_for(operation)) {
      const auto range = [](const auto& op) -> std::optional<MmId> {
        if constexpr (requires { op.range; }) return op.range.mm;
        return std::nullopt;
      };
      GuestProcess& guest = *guests_.at(*std::visit(range, operation));
      if (auto r = guest.carry_out(*request); !r) return r;
      if (request->kind == GuestRequest::Kind::split) return split_shared(guest, *request);
      return {};
    }
    if (const auto* fork = std::get_if<input::Fork>(&operation)) {
      auto child = guests_.at(fork->parent)->fork(fork->name);
      if (!child) return child.error();
      guests_.emplace(fork->child, *std::move(child));
      return {};
    }
    if (const auto* collapse = std::get_if<input::Collapse>(&operation))
      return this->collapse(*collapse);
    if (std::holds_alternative<input::SwapAll>(operation)) {
      return swap_group_->swap_all([this] { return present(); });
    }
    return Error{"a real kernel cannot be asked for this operation"};
  }

  // Huge pages of the range that other processes map too, which the process itself cannot split.
  Result<void> split_shared(const GuestProcess& guest, const GuestRequest& request) {
    const auto table = PageTable::of(guest.process());
    if (!table) return table.error();
    for (std::uint64_t i = 0; i < request.count; ++i) {
      const auto page = table->page(request.start + i);
      if (!table->in_huge(page) || table->mappings(page.frame) == 1) continue;
      const auto splitter = HugeSplitter::open();
      if (!splitter) return splitter.error();
      return splitter->split(guest.process(), request.start, request.count);
    }
    return {};
  }

  Result<void> collapse(const input::Collapse& op) {
    GuestProcess& guest = *guests_.at(op.range.mm);
    GuestRequest request{.kind = GuestRequest::Kind::let_collapse,
                         .start = op.range.start.value,
                         .count = op.range.count.value};
    if (auto r = guest.carry_out(request); !r) return r;
    if (auto r = khugepaged_->go_round(); !r) return r;
    request.kind = GuestRequest::Kind::stop_collapse;
    return guest.carry_out(request);
  }

  Result<void> begin(const input::Begin& op) {
    auto guest = GuestProcess::begin(op.name, [this] { return !swap_group_ || SwapGroup::join(); });
    if (!guest) return guest.error();
    guests_.emplace(op.mm, *std::move(guest));
    return {};
  }

  Result<void> set(const traces::Step& step, const input::SetKnob& op) {
    if (!ksmd_.files().has(op.knob)) {
      if (step.kind == traces::Step::Kind::set_if_there) return {};
      failure_ = LiveFailure::Kind::script;
      return Error{"this kernel has no " + op.knob};
    }
    if (auto r = drain(); !r) return r;
    dirty_ = true;
    const auto put = [&] { return this->put(op); };
    return op.knob == "run" && op.value == "1" ? turn(step, put) : put();
  }

  Result<void> put(const input::SetKnob& op) {
    const auto refusal = ksmd_.set(op.knob, op.value);
    if (!refusal) return refusal.error();
    // Busy is a refusal for now, which scripts may meet.
    if (*refusal == 0 || *refusal == EBUSY) return {};
    failure_ = LiveFailure::Kind::script;
    return Error{op.knob + " " + op.value + ": " + std::strerror(*refusal)};
  }

  Result<std::uint64_t> present() const {
    std::uint64_t pages = 0;
    for (const auto& [mm, guest] : guests_) {
      const auto of_guest = guest->present();
      if (!of_guest) return of_guest.error();
      pages += *of_guest;
    }
    return pages;
  }

  Result<void> drain() {
    if (!std::exchange(dirty_, false)) return {};
    return drain_lru_caches();
  }

  SteppedKsmd& ksmd_;
  const LiveOptions& options_;
  LiveFailure::Kind failure_ = LiveFailure::Kind::machine;
  CounterValues start_;
  bool dirty_ = true;  // Whether pages were made since the last drain.
  std::optional<Khugepaged> khugepaged_;
  std::unique_ptr<SwapGroup> swap_group_;
  Guests guests_;  // Gone before the group is.
};

}  // namespace

std::optional<LiveFailure> run_live(const traces::Script& script, const LiveOptions& options) {
  if (auto r = require_machine(script); !r) {
    return LiveFailure{LiveFailure::Kind::machine, r.error()};
  }
  return with_stepped_ksmd(options.if_locked, [&](SteppedKsmd& ksmd) {
    return LiveRun{ksmd, options}.carry_out(script);
  });
}

}  // namespace ksmsim::live
