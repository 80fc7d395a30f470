#include "cli/verify_cpu.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <vector>

#include "cli/commands.hpp"
#include "cli/cpu_data.hpp"
#include "cli/cpu_measuring.hpp"
#include "cli/price_report.hpp"
#include "cli/progress.hpp"
#include "models/price_fit.hpp"

namespace ksmsim::cli {
namespace {

using live::LiveFailure;

// A folder that goes with the object, unless it is the user's.
struct DataFolder {
  std::string path;
  bool temporary;
  ~DataFolder() {
    std::error_code ignored;
    if (temporary) std::filesystem::remove_all(path, ignored);
  }
};

Result<std::string> make_data_folder(const std::string& wanted) {
  std::error_code error;
  if (wanted.empty()) {
    std::string path = (std::filesystem::temp_directory_path(error) / "ksmsim-cpu-XXXXXX").string();
    if (error || mkdtemp(path.data()) == nullptr) return Error{"no temporary folder can be made"};
    return path;
  }
  if (std::filesystem::exists(wanted)) {
    return Error{"is there already; measurements go into a new folder"}.in(wanted);
  }
  std::filesystem::create_directories(wanted, error);
  if (error) return Error{error.message()}.in(wanted);
  return wanted;
}

// Ticks a second, as the coarse clock shows: it moves once a tick.
std::optional<long> ticks_a_second() {
  timespec tick = {};
  if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) != 0 || tick.tv_nsec == 0) return std::nullopt;
  const long hz = (1'000'000'000 + tick.tv_nsec / 2) / tick.tv_nsec;
  return hz >= 24 && hz <= 1000 ? std::optional(hz) : std::nullopt;
}

struct Fit {
  CpuData data;
  cost::Prices prices;
};

Result<Fit> fit(const std::string& directory, const ksm::Traits& traits) {
  auto data = load_cpu_data(directory, traits);
  if (!data) return data.error();
  const cost::Prices prices = models::fit_prices(data->all());
  return Fit{*std::move(data), prices};
}

std::string host_file(const std::string& release, const ksm::Traits& traits, const Fit& all,
                      const std::vector<cost::Prices>& runs) {
  std::string text = fmt::format(
      "# Written by ksmsim verify --cpu on kernel {} (profile {}).\n"
      "# Median error of single batches {:.0f} %, of whole passes {:.0f} %.\n",
      release, traits.kernel, 100 * models::median_error(all.data.batches, all.prices),
      100 * models::median_error(all.data.rates, all.prices));
  if (const auto hz = ticks_a_second()) {
    text += fmt::format("hz = {}  # measured: the clock moves {} times a second\n", *hz, *hz);
  }
  text +=
      "# Not measured, so at their defaults: agreed_bytes and [agreed_bytes_of] (of guests, not "
      "of\n"
      "# the host), boot_ms (of one boot), swap_write_us.\n\n"
      "# Picoseconds for each unit of ksmd's work; behind it the least and the most of the fits "
      "of\n"
      "# single runs.\n[prices_ps]\n";
  const auto measured = all.data.all();
  cost::for_each_unit([&](const char* name, auto unit) {
    if (!models::is_measured(measured, unit)) {
      text += fmt::format("{} = {}{}\n", name, all.prices.*unit, kNotMeasured);
      return;
    }
    std::vector<std::uint64_t> single;
    single.reserve(runs.size());
    for (const auto& prices : runs) single.push_back(prices.*unit);
    const auto [least, most] = std::minmax_element(single.begin(), single.end());
    text += fmt::format("{} = {}  # {} to {}\n", name, all.prices.*unit, *least, *most);
  });
  return text;
}

Result<void> write_prices(const VerifyCpuOptions& options, const std::string& text) {
  if (options.output.empty()) return {};
  auto file = OutputFile::create(options.output, options.overwrite);
  if (!file) return file.error();
  file->stream() << text;
  return file->commit();
}

}  // namespace

int verify_cpu(const VerifyCpuOptions& options, const std::string& release,
               const ksm::Traits& traits) {
  // Known before minutes are spent.
  if (!options.output.empty()) {
    const auto place = OutputFile::create(options.output, options.overwrite);
    if (!place) return unusable(place.error());
  }
  const auto path = make_data_folder(options.data);
  if (!path) return unusable(path.error());
  const DataFolder folder{*path, options.data.empty()};
  {
    Progress progress("measuring ksmd");
    const auto failure = measure_cpu(
        *path, [&](double part, const std::string& next) { progress.update(part, next); });
    if (failure) {
      unusable(failure->error);
      return failure->kind == LiveFailure::Kind::machine ? kFailed : kUnusable;
    }
  }
  auto all = fit(*path, traits);
  if (!all) return unusable(all.error());
  std::vector<cost::Prices> runs;
  for (int run = 1; run <= kCpuRuns; ++run) {
    const auto one = fit(fmt::format("{}/run-{}", *path, run), traits);
    if (!one) return unusable(one.error());
    runs.push_back(one->prices);
  }
  const std::string text = host_file(release, traits, *all, runs);
  fmt::print("{}{}", text, price_report(all->data, all->prices));
  const auto r = write_prices(options, text);
  return r ? kDone : unusable(r.error());
}

}  // namespace ksmsim::cli
