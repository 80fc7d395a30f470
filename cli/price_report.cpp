#include "cli/price_report.hpp"

#include <fmt/core.h>

#include <cmath>

namespace ksmsim::cli {
namespace {

std::string table(const char* what, const std::vector<models::Measured>& measured,
                  const cost::Prices& prices) {
  if (measured.empty()) return "";
  std::string text = fmt::format(
      "\n| {} | measurements | measured ms | predicted ms | error |\n|---|--:|--:|--:|--:|\n",
      what);
  double worst = 0;
  double sum = 0;
  const auto groups = models::errors_by_group(measured, prices);
  for (const auto& g : groups) {
    text += fmt::format("| {} | {} | {:.2f} | {:.2f} | {:+.0f} % |\n", g.group, g.measurements,
                        g.measured_ns / 1e6, g.predicted_ns / 1e6, 100 * g.error());
    worst = std::max(worst, std::abs(g.error()));
    sum += std::abs(g.error());
  }
  text += fmt::format(
      "\nMean error of these sums {:.0f} %, worst {:.0f} %; median error of single measurements "
      "{:.0f} %.\n",
      100 * sum / static_cast<double>(groups.size()), 100 * worst,
      100 * models::median_error(measured, prices));
  return text;
}

}  // namespace

std::string price_report(const CpuData& data, const cost::Prices& prices) {
  return table("script", data.batches, prices) + table("whole passes", data.rates, prices);
}

}  // namespace ksmsim::cli
