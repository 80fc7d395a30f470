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
  explicit Comparison(std::uint64_t seed) : swarm_(seed), engine_(ksm::newest_traits()) {}

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
      KSM_CHECK(engine_.apply(operation).ok());
      model_.apply(operation);
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
    compare("cow_ksm", memory.totals().cow_ksm, model_.cow_ksm());
    for (MmId mm : living_) {
      const auto of = engine_.machine().ksmd().of(mm);
      const reference::MmStat& stat = model_.stat(mm);
      compare("ksm_rmap_items", of.rmap_items, stat.rmap_items);
      compare("ksm_merging_pages", of.merging_pages, stat.merging_pages);
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
  return Comparison(seed).carry_out(steps);
}

}  // namespace ksmsim::tests
