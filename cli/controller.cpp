// ksmsim controller: what ksmtuned and others would do with KSM's knobs, for inputs from a table.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/csv_table.hpp"
#include "sim/host/controllers/registry.hpp"
#include "sim/ksm/knobs.hpp"

namespace ksmsim::cli {
namespace {

using host::controllers::Constant;
using host::controllers::ControllerInfo;

struct ControllerArguments {
  std::string name, inputs, kernel;
  std::vector<std::string> constants;
};

constexpr const char* kColumns[] = {"total_kb", "free_kb", "committed_kb"};
constexpr std::int64_t kMostKb = std::int64_t{1} << 38;  // 256 TiB.

Result<host::ControllerOptions> controller_options(const ControllerArguments& options) {
  host::ControllerOptions chosen{options.name, {}};
  for (const std::string& text : options.constants) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{fmt::format("--constant {}: should be NAME=VALUE", text)};
    }
    chosen.constants.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return chosen;
}

// A step's host: one guest that holds what is committed. Errors name file, line and column.
Result<host::HostView> read_step(const CsvTable& table, std::size_t row,
                                 const ControllerArguments& options) {
  std::int64_t values[std::size(kColumns)] = {};
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const auto value = table.whole(row, kColumns[i]);
    const std::int64_t least = i == 0 ? 1 : 0;
    const std::int64_t most = i == 1 ? values[0] : kMostKb;
    if (!value || *value < least || *value > most) {
      return Error{fmt::format("{}:{}: {} is '{}', should be a whole number of kB from {} to {}",
                               options.inputs, row + 2, kColumns[i], table.text(row, kColumns[i]),
                               least,
                               i == 1 ? fmt::format("total_kb ({})", most) : fmt::to_string(most))};
    }
    values[i] = *value;
  }
  host::HostView view;
  view.total_kb = values[0];
  view.free_kb = view.available_kb = values[1];
  view.guests = {{.mm = MmId{0},
                  .name = "guests",
                  .size_kb = values[2],
                  .rss_kb = values[2],
                  .pss_kb = values[2]}};
  return view;
}

Result<std::vector<host::HostView>> read_steps(const ControllerArguments& options) {
  const auto table = CsvTable::read(options.inputs);
  if (!table) return table.error();
  for (const char* column : kColumns) {
    if (!table->has(column)) {
      return Error{fmt::format("{}:1: no column {}; should be total_kb,free_kb,committed_kb",
                               options.inputs, column)};
    }
  }
  std::vector<host::HostView> steps;
  for (std::size_t row = 0; row < table->rows(); ++row) {
    auto step = read_step(*table, row, options);
    if (!step) return step.error();
    steps.push_back(std::move(*step));
  }
  return steps;
}

// What is written to a knob, or "-".
std::string written(const host::Decision& decision, std::string_view knob) {
  std::string value = "-";
  for (const input::SetKnob& write : decision.knobs) {
    if (write.knob == knob) value = write.value;
  }
  return value;
}

// What a controller has decided, look by look.
struct Decisions {
  std::string rows = "run,pages_to_scan,sleep_millisecs\n";
  int switches = 0;                              // How often KSM went on or off.
  std::uint32_t sleep_ms = 0;                    // What it has made of sleep_millisecs,
  std::optional<std::int64_t> sleeping_host_kb;  // and on which host; nothing: it never wrote it.
};

// The controller looks once a step, each time an interval later; the kernel keeps what it writes.
Decisions decisions(host::Controller& controller, const std::vector<host::HostView>& steps,
                    const ksm::Traits& kernel) {
  Decisions made;
  ksm::Knobs knobs = ksm::knobs_after_boot(kernel);
  Time now = kStart + controller.first_look();
  bool has_more = true;
  for (host::HostView view : steps) {
    view.now = now;
    view.knobs = knobs;
    const host::Decision decision = has_more ? controller.decide(view) : host::Decision{};
    // As in the real one, a write that the kernel refuses changes nothing.
    for (const auto& [knob, value] : decision.knobs) ksm::store(knobs, knob, value, kernel);
    if (knobs.run != view.knobs.run) ++made.switches;
    const std::string sleep = written(decision, "sleep_millisecs");
    if (sleep != "-") made.sleeping_host_kb = view.total_kb;
    made.sleep_ms = knobs.sleep_millisecs;
    made.rows += fmt::format("{},{},{}\n", written(decision, "run"),
                             written(decision, "pages_to_scan"), sleep);
    has_more = has_more && controller.interval() < host::kNoMoreLooks;
    if (has_more) now += controller.interval();
  }
  return made;
}

// What is easily overlooked in the rows, a line each.
std::string remarks(const ControllerInfo& info, const host::ControllerOptions& chosen,
                    const Decisions& made, std::size_t looks) {
  constexpr int kSwitchesOfOneFall = 2;  // On, and off again.
  std::string text;
  if (info.looks_at == host::controllers::LooksAt::memory && made.switches > kSwitchesOfOneFall) {
    text += fmt::format(
        "ksmsim: KSM goes on and off: {} times in {} looks; memory is close to a threshold\n",
        made.switches, looks);
  }
  if (info.pace.sleep.empty() || !made.sleeping_host_kb) return text;
  const auto values = host::controllers::ConstantValues::parse(info.constants, chosen.constants);
  const auto standard = host::controllers::ConstantValues::parse(info.constants, {});
  const std::int64_t sleep = (*values)[info.pace.sleep];
  if (sleep == (*standard)[info.pace.sleep] || sleep == made.sleep_ms) return text;
  return text + fmt::format(
                    "ksmsim: {} = {} ms is for 16 GiB; with {:.1f} GiB of RAM, "
                    "sleep_millisecs becomes {}\n",
                    info.pace.sleep, sleep,
                    static_cast<double>(*made.sleeping_host_kb) / (1024 * 1024), made.sleep_ms);
}

int print_text(const std::string& text) {
  fmt::print("{}", text);
  return kDone;
}

int list_controllers() {
  std::string text;
  for (const ControllerInfo& info : host::controllers::all_controllers()) {
    text += fmt::format("{:<18}{}\n", info.name, info.explanation);
  }
  return print_text(text + "`ksmsim controller NAME` shows the constants of one.\n");
}

int show_controller(const ControllerInfo& info) {
  std::string text = fmt::format("{}: {}\n", info.name, info.explanation);
  if (!info.constants_are.empty()) text += fmt::format("constants: {}\n", info.constants_are);
  for (const Constant& constant : info.constants) {
    std::string standard(constant.standard.empty() ? "(not set)" : constant.standard);
    if (!constant.standard.empty() && !constant.unit.empty()) {
      standard += fmt::format(" {}", constant.unit);
    }
    text +=
        fmt::format("\n{} = {}\n  {}\n  {}; default {}\n", constant.name, standard,
                    constant.meaning, host::controllers::constant_range(constant), constant.source);
  }
  return print_text(text + "\n--inputs FILE shows what it would decide.\n");
}

int run_controller(const ControllerArguments& options) {
  if (options.name.empty() && !(options.inputs.empty() && options.constants.empty())) {
    return unusable({"which controller? `ksmsim controller` lists them"});
  }
  if (options.name.empty()) return list_controllers();
  const auto traits = ksm::traits_of(options.kernel);
  if (!traits) return unusable(traits.error().in("--kernel"));
  const auto chosen = controller_options(options);
  if (!chosen) return unusable(chosen.error());
  const auto info = host::controllers::find_controller(options.name);
  if (!info) return unusable(info.error());
  if (options.inputs.empty() && options.constants.empty()) return show_controller(**info);
  const auto controller = host::controllers::make_controller(*chosen, **traits);
  if (!controller) return unusable(controller.error());
  if (options.inputs.empty()) return unusable({"--constant needs --inputs FILE"});
  const auto steps = read_steps(options);
  if (!steps) return unusable(steps.error());
  const Decisions made = decisions(**controller, *steps, **traits);
  fmt::print(stderr, "{}", remarks(**info, *chosen, made, steps->size()));
  return print_text(made.rows);
}

}  // namespace

void add_controller(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "controller",
      "What ksmtuned, oVirt's MOM and others would write to KSM's knobs on a host in a given "
      "state. "
      "Without a name it lists them; with a name alone it shows its constants, their units, ranges "
      "and sources.");
  auto options = std::make_shared<ControllerArguments>();
  std::vector<std::string> names;
  for (const auto& info : host::controllers::all_controllers()) names.emplace_back(info.name);
  command->add_option("name", options->name, "Which controller")
      ->type_name(fmt::format("{{{}}}", fmt::join(names, ",")));
  command
      ->add_option("--inputs", options->inputs,
                   "CSV with the columns total_kb,free_kb,committed_kb (RAM; free memory with "
                   "caches; what guests hold), a row for each look; - is standard input. Prints "
                   "run,pages_to_scan,sleep_millisecs for each, with - for a knob that is left "
                   "alone")
      ->type_name("FILE");
  command
      ->add_option("--constant", options->constants,
                   "A constant of the controller, as npages_boost=500; may be repeated")
      ->one_value_each()
      ->type_name("NAME=VALUE");
  add_kernel_option(*command, options->kernel, "Kernel version whose knobs it turns");
  command->callback(
      [options, &chosen] { chosen = [options] { return run_controller(*options); }; });
}

}  // namespace ksmsim::cli
