#include "sim/host/controllers/ksm_service.hpp"

#include <array>
#include <limits>
#include <string>

#include "sim/ksm/files.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::int64_t kPageKb = 4;
constexpr std::int64_t kPagesWithoutService = 2000;

constexpr std::array<Constant, 2> kServiceTable{{
    {"start", ConstantKind::yes_no, "1", "", 0, 1, "assumed: it is what one wants to see",
     "whether the service is started; if not, KSM shares at most 2000 pages on 2.6.32"},
    {"ksm_max_kernel_pages", ConstantKind::whole, "", "pages", 0,
     std::numeric_limits<std::int64_t>::max(), "cited: ksmctl.c",
     "KSM pages at most, on kernels that have such a limit; 0: no limit; not set: half of RAM"},
}};

}  // namespace

ConstantTable ksm_service_constants() { return kServiceTable; }

std::unique_ptr<Controller> make_ksm_service(const ConstantValues& values,
                                             const ksm::Traits& kernel) {
  return std::make_unique<KsmService>(
      KsmServiceOptions{.starts = values.is_yes("start") ? ServiceStarts::yes : ServiceStarts::no,
                        .max_kernel_pages = values.find("ksm_max_kernel_pages"),
                        .kernel_has_limit = ksm::has_file(kernel, "max_kernel_pages")});
}

Decision KsmService::decide(const HostView& view) {
  Decision decision;
  if (options_.kernel_has_limit) {
    const std::int64_t limit =
        options_.starts == ServiceStarts::no
            ? kPagesWithoutService
            : options_.max_kernel_pages.value_or(view.total_kb / kPageKb / 2);
    decision.knobs.push_back({"max_kernel_pages", std::to_string(limit)});
  }
  if (options_.starts == ServiceStarts::yes) decision.knobs.push_back({"run", "1"});
  return decision;
}

}  // namespace ksmsim::host::controllers
