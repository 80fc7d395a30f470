// The guests of a scenario as guest operations: a source like a trace, made while it is read.
//
// Operations of one time come in this order: knob writes, then guests in the order of the scenario.
// Knobs that hold from the beginning are written at time 0, before everything else.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/guest_stream.hpp"
#include "models/scenario.hpp"
#include "sim/base/result.hpp"
#include "sim/input/op_source.hpp"

namespace ksmsim::models {

// A trace that guests are made from, opened by whoever can read files.
struct OpenedTrace {
  std::unique_ptr<input::OpSource> source;
  std::vector<std::string> classes;  // By ClassId.
};
using TraceOpener = std::function<Result<OpenedTrace>(const std::string& path)>;

class ScenarioSource : public input::OpSource {
 public:
  // An error if a trace cannot be opened or has no such guest; it begins with line and column where
  // the scenario has them.
  static Result<std::unique_ptr<ScenarioSource>> create(const Scenario& scenario,
                                                        const TraceOpener& open);

  Result<std::optional<input::TimedOperation>> next() override;
  std::unique_ptr<input::OpSource> clone() const override;
  // What pages can be, by ClassId; the first is "unknown".
  const std::vector<std::string>& classes() const { return classes_; }

 private:
  ScenarioSource() = default;
  ScenarioSource(const ScenarioSource& other);
  ClassId class_of(const std::string& name);
  Result<void> add_guests(const Scenario& scenario, const GuestSpec& spec, const TraceOpener& open);
  // When something may happen next; kNever: nothing will.
  Time next_time() const;
  Result<void> act();

  Time until_ = kNever;  // Operations after it do not happen.
  std::vector<std::string> classes_{"unknown"};
  std::vector<KnobEvent> knobs_;  // Ascending by time.
  std::size_t next_knob_ = 0;
  std::vector<std::unique_ptr<GuestStream>> guests_;
  std::vector<Time> times_;  // When each guest acts next.
  MmNumbers numbers_;
  Pen::Operations ready_;  // Operations that are due, from next_ready_ on.
  std::size_t next_ready_ = 0;
};

}  // namespace ksmsim::models
