// ksmsim explain: why what is duplicated is not merged, and what would be right.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/run_inputs.hpp"
#include "sim/host/controllers/pace.hpp"
#include "sim/host/controllers/registry.hpp"
#include "viz/explain_view.hpp"

namespace ksmsim::cli {
namespace {

enum class Form { text, json };

// Whether the controller passes over guests started with -accel kvm.
bool is_blind(const host::ControllerOptions& options) {
  const auto info = host::controllers::find_controller(options.name);
  if (!info) return false;
  constexpr std::string_view kSees = "sees_accel_kvm";
  for (const auto& constant : (*info)->constants) {
    if (constant.name != kSees) continue;
    const auto values =
        host::controllers::ConstantValues::parse((*info)->constants, options.constants);
    return values && !values->is_yes(kSees);
  }
  return false;
}

// Names of guests that the run's controller does not see.
std::vector<std::string> unseen_guests(const host::RunOptions& options) {
  std::vector<std::string> names;
  if (!is_blind(options.controller)) return names;
  for (const auto& [name, accel] : options.accel) {
    if (accel == host::Accel::accel_kvm) names.push_back(name);
  }
  return names;
}

// Measures how long contents live, and explains instead of summing up.
class Explanation : public RunView {
 public:
  explicit Explanation(Form form) : form_(form) {}

  void prepare(host::RunOptions& options) override {
    options.lives = host::Lives::measured;
    controller_ = options.controller;
    unseen_guests_ = unseen_guests(options);
  }
  void look_at(const host::Run& run) override {
    knobs_ = run.machine().ksmd().knobs();
    lives_ = run.lives();
    // Otherwise they are not why.
    if (!unseen_guests_.empty() && !run.would_run_if_it_saw_all()) unseen_guests_.clear();
  }
  std::string text(const results::RunResult& result, const std::string& heading,
                   const std::vector<std::string>& rests_on) const override {
    const auto faster = host::controllers::faster(controller_, knobs_);
    const viz::ExplainFacts facts{result,         lives_,       knobs_,       controller_.name,
                                  unseen_guests_, faster.pages, faster.sleep, rests_on};
    return form_ == Form::json ? viz::explain_json(facts) : heading + viz::explain_text(facts);
  }

 private:
  Form form_;
  results::ContentLives lives_;
  ksm::Knobs knobs_;
  host::ControllerOptions controller_;
  std::vector<std::string> unseen_guests_;
};

int explain(const RunArguments& arguments, Form form) {
  Explanation explanation(form);
  RunArguments counted = arguments;
  counted.blasts = host::Blasts::at_peak_too;
  return run_one(counted, "explain", explanation);
}

}  // namespace

void add_explain(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "explain",
      "Runs a scenario or recorded guests as `run` does, and says in bytes, in all, by class of "
      "content and by guest, why what is duplicated is not merged and what would be right; and "
      "what it would take if merged pages diverged (docs/explain.md).");
  auto arguments = std::make_shared<RunArguments>();
  auto json = std::make_shared<bool>(false);
  add_scenario_option(*command, *arguments);
  add_run_options(*command, *arguments);
  command->add_flag("--json", *json, "Print JSON: bytes and seconds");
  command->callback([command, arguments, json, &chosen] {
    note_given(*command, *arguments);
    chosen = [arguments, json] { return explain(*arguments, *json ? Form::json : Form::text); };
  });
}

}  // namespace ksmsim::cli
