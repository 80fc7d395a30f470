// ksmsim calibrate: fits the prices of ksmd's work to measurements, and says how well they fit.
#include <fmt/core.h>

#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/cpu_data.hpp"
#include "cli/files.hpp"
#include "cli/price_report.hpp"

namespace ksmsim::cli {
namespace {

struct CalibrateArguments {
  std::string directory, output;
  std::string kernel;
  bool force = false;
};

std::string calibrated_host_file(const std::vector<models::Measured>& measured,
                                 const cost::Prices& prices) {
  std::string text =
      "# Picoseconds for each unit of ksmd's work, fitted by ksmsim calibrate.\n[prices_ps]\n";
  cost::for_each_unit([&](const char* name, auto unit) {
    text += fmt::format("{} = {}{}\n", name, prices.*unit,
                        models::is_measured(measured, unit) ? "" : kNotMeasured);
  });
  return text;
}

int calibrate(const CalibrateArguments& options) {
  const auto traits = ksm::traits_of(options.kernel);
  if (!traits) return unusable(traits.error().in("--kernel"));
  auto data = load_cpu_data(options.directory, **traits);
  if (!data) return unusable(data.error());
  const auto measured = data->all();
  std::size_t units = 0;
  cost::for_each_unit([&](const char*, auto) { ++units; });
  if (measured.size() <= units) {
    return unusable({fmt::format("{}: {} measurements are too few for {} prices", options.directory,
                                 measured.size(), units)});
  }
  const cost::Prices prices = models::fit_prices(measured);
  fmt::print("{}", calibrated_host_file(measured, prices));
  fmt::print("{}", price_report(*data, prices));
  if (options.output.empty()) return kDone;
  auto file = OutputFile::create(options.output, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return unusable(file.error());
  file->stream() << calibrated_host_file(measured, prices);
  const auto r = file->commit();
  return r ? kDone : unusable(r.error());
}

}  // namespace

void add_calibrate(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "calibrate",
      "Fits the prices of ksmd's work (non-negative least squares) to measured CPU times, prints "
      "them in picoseconds with their errors, and writes them for --host.");
  auto options = std::make_shared<CalibrateArguments>();
  command->add_option("directory", options->directory, "batches.csv, scripts, rates.csv")
      ->required()
      ->type_name("DIR");
  command->add_option("-o,--output", options->output, "Write the prices as a file for --host")
      ->type_name("FILE");
  add_kernel_option(*command, options->kernel, "Kernel version that was measured");
  command->add_flag("--force", options->force, "Write over a file that is there");
  command->callback([options, &chosen] { chosen = [options] { return calibrate(*options); }; });
}

}  // namespace ksmsim::cli
