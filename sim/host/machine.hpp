// A host's memory and its KSM together: carries out guest operations on both in the order in which
// a kernel would. It has no clock; a Run or a Lockstep drives it.
//
// A value: copying it copies its future.
#pragma once
#include "sim/base/cloned.hpp"
#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"
#include "sim/ksm/engine.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::host {

// Pages that can be simulated, with those of their blocks of 512: 1 TiB of guests takes about
// 8 GiB if no two pages are equal, 13 GiB if each is merged with one other.
inline constexpr std::uint64_t kSitesMax = std::uint64_t{1} << 28;

class Machine {
 public:
  Machine(const ksm::Traits& traits, const cost::Meter& meter, ksm::Ticks ticks);

  using Woken = ksm::Woken;
  // Carries out everything but knob writes. Returns whether a ksmd that waits for work has some
  // now, or an error if it takes more pages than kSitesMax.
  // REQUIRES: OperationChecker accepts the operation after those before it.
  Result<Woken> apply(const input::Operation& operation);
  // See ksm::Engine::write_knob.
  ksm::WriteError write_knob(const input::SetKnob& op, ksm::BatchClock clock) {
    return ksmd_->write_knob(memory_, op.knob, op.value, clock);
  }

  ksm::Engine& ksmd() { return *ksmd_; }
  const ksm::Engine& ksmd() const { return *ksmd_; }
  mem::HostMemory& memory() { return memory_; }
  const mem::HostMemory& memory() const { return memory_; }
  ksm::Counters counters() const { return ksmd_->counters(memory_); }
  // Whether ksmd, awake, carries out a batch.
  bool has_work() const {
    return ksmd_->knobs().run == ksm::RunMode::merge && !ksmd_->nobody_registered();
  }

 private:
  Result<Woken> carry_out(const input::Begin& op);
  Result<Woken> carry_out(const input::Fork& op);
  Result<Woken> carry_out(const input::End& op);
  Result<Woken> carry_out(const input::Map& op);
  Result<Woken> carry_out(const input::Unmap& op);
  Result<Woken> carry_out(const input::Advise& op);
  Result<Woken> carry_out(const input::OptIn& op);
  Result<Woken> carry_out(const input::Write& op);
  Result<Woken> carry_out(const input::Read& op);
  Result<Woken> carry_out(const input::Discard& op);
  Result<Woken> carry_out(const input::SwapOut& op);
  Result<Woken> carry_out(const input::SwapAll& op);
  Result<Woken> carry_out(const input::SwapIn& op);
  Result<Woken> carry_out(const input::Huge& op);
  Result<Woken> carry_out(const input::Collapse& op);
  Result<Woken> carry_out(const input::SetNode& op);
  Result<Woken> carry_out(const input::Move& op);
  Result<Woken> carry_out(const input::Pin& op);
  Result<Woken> carry_out(const input::SetKnob& op);
  // What was seen elsewhere, or is only said, changes nothing here.
  Result<Woken> carry_out(const input::Activity&) { return Woken::no; }
  Result<Woken> carry_out(const input::Observe&) { return Woken::no; }
  Result<Woken> carry_out(const input::HostCounters&) { return Woken::no; }
  // What the kernel finds out about who maps a KSM page.
  mem::Finds finds() const {
    return [this](SiteId site) { return ksmd_->finds(memory_, site); };
  }
  // Whether so many more pages fit.
  Result<void> room_for(std::uint64_t pages) const;

  mem::HostMemory memory_;
  Cloned<ksm::Engine> ksmd_;
};

}  // namespace ksmsim::host
