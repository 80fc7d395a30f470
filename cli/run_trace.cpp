// ksmsim --trace FILE: replays guests.
#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/host_file.hpp"
#include "cli/run_inputs.hpp"
#include "cli/run_loop.hpp"
#include "cli/run_outputs.hpp"
#include "cli/trace_info.hpp"
#include "sim/host/run.hpp"
#include "sim/ksm/traits.hpp"
#include "traces/trace_source.hpp"
#include "viz/event_text.hpp"
#include "viz/summary_json.hpp"
#include "viz/text_summary.hpp"
#include "viz/words.hpp"

namespace ksmsim::cli {
namespace {

// When the last operation of a trace is, as its index has it; kStart if that cannot be told.
Time last_operation(const std::string& path) {
  if (path == "-") return kStart;
  auto in = open_input(path);
  if (!in) return kStart;
  auto reader = traces::TraceReader::open(std::move(*in));
  if (!reader) return kStart;
  const auto index = reader->index();
  return index && !index->empty() ? at_nanoseconds(index->back().last_ns) : kStart;
}

// Program and input, for whoever finds the result later.
std::vector<std::pair<std::string, std::string>> provenance_of_trace(const std::string& trace) {
  std::vector<std::pair<std::string, std::string>> list{{"program", "ksmsim " KSMSIM_VERSION},
                                                        {"trace", trace}};
  if (trace == "-") return list;
  if (const auto hash = hash_file(trace)) {
    list.emplace_back("trace XXH3", fmt::format("{:016x}", *hash));
  }
  return list;
}

// Where nobody chose a kernel and that of the trace is a guess, whoever runs it has to know.
void warn_of_kernel(const std::string& trace, const std::string& said) {
  const std::string_view release = ksm::release_in(said);
  const bool known = ksm::traits_of(release) && !ksm::is_newer_than_known(release);
  if (said.empty() || known) return;
  fmt::print(stderr,
             "ksmsim: {}: its kernel, '{}', is {}: taken to behave as {}; --kernel chooses\n",
             trace, said,
             release.empty()           ? "no release of Linux"
             : ksm::traits_of(release) ? "newer than all that is known"
                                       : "not known",
             ksm::traits_of_host(said).kernel);
}

}  // namespace

int run_trace(const RunArguments& arguments, ResultText text_of) {
  const auto open = [path = arguments.trace] { return open_input(path); };
  auto source = traces::TraceSource::create(
      open, arguments.salvage ? traces::OnDamage::salvage : traces::OnDamage::fail);
  if (!source) return unusable(named(source.error(), arguments.trace));
  const traces::TraceSource& trace = **source;
  host::RunOptions run_with;
  const std::string kernel = trace.reader().header().kernel;
  run_with.traits = &ksm::traits_of_host(kernel);
  if (!arguments.kernel_given) warn_of_kernel(arguments.trace, kernel);
  if (auto r = apply(arguments, trace.reader().header().classes, run_with); !r) {
    return unusable(r.error());
  }
  auto outputs =
      RunOutputs::open(arguments.outputs, {arguments.trace, arguments.host}, viz::summary_json);
  if (!outputs) return unusable(outputs.error());

  Time trace_end = last_operation(arguments.trace);
  if (run_with.end_at == host::EndAt::time) trace_end = run_with.until;
  // A trace of a single moment is a state, and the question is what becomes of it.
  if (arguments.until == "trace-end" && trace_end == kStart) {
    run_with.end_at = host::EndAt::settled;
  }
  const ksm::Traits* const traits = run_with.traits;
  const int prices_given = given_prices(run_with.host.prices);
  auto run = host::Run::begin(std::move(run_with), std::move(*source));
  if (!run) return unusable(run.error());
  if (auto r = run_to_end(*run, "replaying " + arguments.trace, trace_end); !r) {
    Error error = named(r.error(), arguments.trace);
    if (trace.reader().damage()) error.text += "; --salvage replays what is good of it";
    return unusable(error);
  }
  // The source lives in the run.
  if (const auto& damage = trace.reader().damage()) {
    const results::TraceDamaged event{nanoseconds(trace.reader().good().last), damage->text};
    fmt::print(stderr, "ksmsim: {}: {}\n", arguments.trace, viz::event_text(event, *traits));
    run->note(event);
  }
  results::RunResult result = run->finish();
  result.provenance = provenance_of_trace(arguments.trace);
  if (!kernel.empty()) result.provenance.emplace_back(viz::kTraceKernel, kernel);
  note_choices(arguments, prices_given, result);
  if (!arguments.quiet && !outputs->to_standard_output()) {
    if (auto r = print_whole(text_of(result)); !r) return unusable(r.error());
  }
  if (auto r = outputs->write(result); !r) return unusable(r.error());
  return kDone;
}

}  // namespace ksmsim::cli
