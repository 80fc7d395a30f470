#include "tests/host/swarm_comparison.hpp"

#include <set>
#include <sstream>

#include "sim/host/lockstep.hpp"
#include "sim/input/operation_checker.hpp"
#include "tests/reference/dull_ksm.hpp"
#include "tests/reference/swarm.hpp"

namespace ksmsim::tests {
namespace {

// The knobs' refusals in the words of the model.
reference::Answer answer_of(ksm::WriteError error) {
  if (error == ksm::WriteError::none) return reference::Answer::taken;
  return error == ksm::WriteError::busy ? reference::Answer::busy : reference::Answer::invalid;
}

class Comparison {
 public:
  Comparison(std::uint64_t seed, const ksm::Traits& traits)
      : swarm_(seed), engine_(traits), model_(swarm_.kernel()) {}

  SwarmOutcome carry_out(int steps) {
    for (step_ = 0; step_ < steps && outcome_.difference.empty(); ++step_) one_step();
    return outcome_;
  }

 private:
  void one_step() {
    const reference::Step step = swarm_.next();
    if (std::holds_alternative<reference::Wake>(step)) {
      engine_.wake();
      model_.wake();
      ++outcome_.batches;
      compare_all();
      return;
    }
    const auto& operation = std::get<input::Operation>(step);
    const auto possible = checker_.apply(operation);
    KSM_CHECK(possible.ok());
    note_living(operation);
    if (const auto* knob = std::get_if<input::SetKnob>(&operation)) {
      if (answer_of(engine_.set(*knob)) != model_.apply(operation))
        differ("answer to " + knob->knob);
    } else {
      const auto done = engine_.apply(operation);
      if (!done.ok()) differ("the engine says: " + done.error().text);
      if (model_.apply(operation) != reference::Answer::taken) differ("the model refuses");
    }
    compare_all();
  }

  void note_living(const input::Operation& operation) {
    if (const auto* begin = std::get_if<input::Begin>(&operation)) living_.insert(begin->mm);
    if (const auto* fork = std::get_if<input::Fork>(&operation)) living_.insert(fork->child);
    if (const auto* end = std::get_if<input::End>(&operation)) living_.erase(end->mm);
  }

  void compare_all() {
    engine_.check_invariants();
    const ksm::Counters ours = engine_.counters();
    std::vector<std::int64_t> wanted;
    for_each_field(model_.counters(), [&](const char*, std::int64_t v) { wanted.push_back(v); });
    std::size_t i = 0;
    for_each_field(ours, [&](const char* name, std::int64_t v) { compare(name, v, wanted[i++]); });
    const mem::HostMemory& memory = engine_.machine().memory();
    // (5.1 to 5.8 have no such counter, and unmerging reuses pages there, too.)
    if (engine_.machine().ksmd().traits().memory.sole_ksm_write == mem::SoleKsmWrite::copied) {
      compare("cow_ksm", memory.totals().cow_ksm, model_.cow_ksm());
    }
    compare("ksm_swpin_copy", memory.totals().ksm_swpin_copy, model_.ksm_swpin_copy());
    for (MmId mm : living_) {
      const auto of = engine_.machine().ksmd().of(mm);
      const reference::MmStat& stat = model_.stat(mm);
      compare("ksm_rmap_items", of.rmap_items, stat.rmap_items);
      compare("ksm_merging_pages", of.merging_pages, stat.merging_pages);
      // (Where the kernel does not count them, the memory may know of them all the same.)
      if (!swarm_.kernel().zero_pages_counted) continue;
      compare("ksm_zero_pages of a mm", memory.space(mm).ksm_zero_pages, stat.zero_pages);
    }
  }

  void compare(const char* what, std::int64_t ours, std::int64_t wanted) {
    if (ours == wanted) return;
    std::ostringstream text;
    text << what << " is " << ours << ", the model has " << wanted;
    differ(text.str());
  }

  void differ(const std::string& what) {
    if (outcome_.difference.empty()) {
      outcome_.difference = "step " + std::to_string(step_) + ": " + what;
    }
  }

  reference::Swarm swarm_;
  input::OperationChecker checker_;
  host::Lockstep engine_;
  reference::DullKsm model_;
  std::set<MmId> living_;
  SwarmOutcome outcome_;
  int step_ = 0;
};

}  // namespace

SwarmOutcome compare_with_reference(std::uint64_t seed, int steps) {
  const reference::Swarm swarm(seed);
  const std::string machine =
      "kernel " + std::string(swarm.kernel().name) + ", " + std::to_string(swarm.nodes()) +
      " node(s)" + (swarm.has_swap() ? ", swap" : "") + (swarm.has_pins() ? ", pins" : "") +
      (swarm.has_huge_pages() ? ", huge pages: " : ": ");
  SwarmOutcome outcome;
  const auto traits = ksm::traits_of(swarm.kernel().name);
  if (traits.ok()) {
    outcome = Comparison(seed, **traits).carry_out(steps);
  } else {
    outcome.difference = traits.error().text;
  }
  if (!outcome.difference.empty()) outcome.difference = machine + outcome.difference;
  return outcome;
}

}  // namespace ksmsim::tests
