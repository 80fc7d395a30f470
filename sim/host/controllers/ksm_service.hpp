// The service `ksm` of RHEL 6 and later, Fedora and Debian (ksmctl start): limits KSM pages where
// the kernel has such a limit (2.6.32: KSM pages cannot be swapped there), then switches KSM on.
// Without the service RHEL 6's kernel begins with a limit of 2000 pages, and KSM is off until
// somebody else switches it on.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "sim/host/controller.hpp"
#include "sim/host/controllers/constants.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host::controllers {

enum class ServiceStarts : std::uint8_t { no, yes };

struct KsmServiceOptions {
  ServiceStarts starts = ServiceStarts::yes;
  std::optional<std::int64_t> max_kernel_pages;  // 0: no limit; unset: half of RAM.
  bool kernel_has_limit = false;
};

class KsmService final : public Controller {
 public:
  explicit KsmService(const KsmServiceOptions& options) : options_(options) {}

  Duration first_look() const override { return Duration::zero(); }
  Duration interval() const override { return kNoMoreLooks; }
  Decision decide(const HostView& view) override;
  std::unique_ptr<Controller> clone() const override { return std::make_unique<KsmService>(*this); }

 private:
  KsmServiceOptions options_;
};

ConstantTable ksm_service_constants();
// REQUIRES: the values are of this table.
std::unique_ptr<Controller> make_ksm_service(const ConstantValues& values,
                                             const ksm::Traits& kernel);

}  // namespace ksmsim::host::controllers
