#include "cli/script_runner.hpp"

#include "sim/host/lockstep.hpp"
#include "sim/ksm/files.hpp"
#include "viz/lockstep_rows.hpp"

namespace ksmsim::cli {
namespace {

// One knob write of a script: EBUSY goes on, any other refusal is a mistake of the script.
Result<void> set(host::Lockstep& lockstep, const ksm::Traits& traits, const input::SetKnob& knob) {
  const auto error = lockstep.set(knob);
  if (error == ksm::WriteError::none || error == ksm::WriteError::busy) return {};
  return Error{ksm::explain(error, knob.knob, knob.value, traits)};
}

}  // namespace

Result<void> run_script(const traces::Script& script, const ksm::Traits& traits,
                        const RowSink& sink) {
  using Kind = traces::Step::Kind;
  host::Lockstep lockstep(traits);
  if (!sink(0, viz::lockstep_header())) return {};
  for (const traces::Step& step : script.steps) {
    const auto row = [&] {
      return sink(step.line, viz::lockstep_row(step.line, lockstep.counters(), traits));
    };
    if (step.kind == Kind::row) {
      if (!row()) return {};
    } else if (step.kind == Kind::wake) {
      for (std::uint64_t i = 0; i < step.count; ++i) {
        lockstep.wake();
        if (!row()) return {};
      }
    } else if (const auto* knob = std::get_if<input::SetKnob>(&step.operation)) {
      const bool optional = step.kind == Kind::set_if_there;
      if (optional && !ksm::has_file(traits, knob->knob)) continue;
      if (auto r = set(lockstep, traits, *knob); !r) return r.error().in(std::to_string(step.line));
      if (knob->knob == "run" && knob->value == "1" && !row()) return {};
    } else if (auto r = lockstep.apply(step.operation); !r) {
      return r.error().in(std::to_string(step.line));
    }
  }
  return {};
}

}  // namespace ksmsim::cli
