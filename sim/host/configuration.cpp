#include "sim/host/configuration.hpp"

#include "sim/ksm/files.hpp"

namespace ksmsim::host {
namespace {

void add_number(Configuration& c, const char* name, std::int64_t value) {
  c.emplace_back(name, std::to_string(value));
}

std::string end_of(const RunOptions& options) {
  if (options.until != kNever) return std::to_string(nanoseconds(options.until));
  return options.end_at == EndAt::settled ? "settled" : "trace end";
}

void add_knobs(Configuration& c, const RunOptions& options, const ksm::Knobs& knobs) {
  for_each_field(knobs, [&](const char* name, const auto&) {
    if (ksm::has_file(*options.traits, name)) c.emplace_back(name, *ksm::show(knobs, name));
  });
}

void add_prices(Configuration& c, const HostOptions& host) {
  cost::for_each_unit([&](const char* name, auto unit) {
    c.emplace_back("price_ps " + std::string(name), std::to_string(host.prices.*unit));
  });
  c.emplace_back("agreed_bytes", std::to_string(host.agreed.otherwise));
  for (std::size_t i = 0; i < host.agreed.by_class.size(); ++i) {
    c.emplace_back("agreed_bytes of class " + std::to_string(i),
                   std::to_string(host.agreed.by_class[i]));
  }
}

void add_ram(Configuration& c, const RamOptions& ram) {
  add_number(c, "ram total_kb", ram.total_kb);
  add_number(c, "ram kernel_kb", ram.kernel_kb);
  add_number(c, "ram guest_overhead_kb", ram.guest_overhead_kb);
  add_number(c, "ram cached_kb", ram.cached_kb);
  add_number(c, "ram buffers_kb", ram.buffers_kb);
  add_number(c, "ram zfs_arc_kb", ram.zfs_arc.kb);
  if (ram.zfs_arc.kb > 0) {
    add_number(c, "ram zfs_arc_min_kb", ram.zfs_arc.min_kb);
    add_number(c, "ram zfs_arc_sys_free_kb", ram.zfs_arc.sys_free_kb);
    add_number(c, "ram zfs_arc_shrink_kb_per_s", ram.zfs_arc.shrink_kb_per_s);
  }
  add_number(c, "ram swap_kb", ram.swap_kb);
  add_number(c, "ram swap_read_ns", ram.swap_read.count());
  add_number(c, "ram min_free_kb", ram.min_free_kb);
  add_number(c, "ram watermark_scale_factor", ram.watermark_scale_factor);
  add_number(c, "ram numa_nodes", ram.numa_nodes);
  add_number(c, "khugepaged pages_to_scan", ram.khugepaged.pages_to_scan);
  add_number(c, "khugepaged scan_sleep_ns", ram.khugepaged.scan_sleep.count());
}

void add_controller(Configuration& c, const RunOptions& options) {
  if (options.controller.name.empty()) return;
  c.emplace_back("controller", options.controller.name);
  for (const auto& [name, value] : options.controller.constants) {
    c.emplace_back("controller " + name, value);
  }
  for (const auto& [name, accel] : options.accel) {
    c.emplace_back("accel " + name, accel == Accel::accel_kvm ? "accel_kvm" : "enable_kvm");
  }
}

}  // namespace

Configuration configuration_of(const RunOptions& options, const ksm::Knobs& knobs) {
  Configuration c;
  c.emplace_back("kernel", options.traits->kernel);
  add_number(c, "hz", options.host.ticks.hz);
  add_number(c, "boot_ns", options.host.ticks.boot.count());
  if (options.host.swap_write != Duration::zero()) {
    add_number(c, "swap_write_ns", options.host.swap_write.count());
  }
  add_number(c, "sample_interval_ns", options.sample_interval.count());
  c.emplace_back("until_ns", end_of(options));
  c.emplace_back("seed", std::to_string(options.seed));
  add_knobs(c, options, knobs);
  add_prices(c, options.host);
  if (!options.ram.modelled()) return c;
  add_ram(c, options.ram);
  // As far as there is a host to look at.
  add_controller(c, options);
  return c;
}

Configuration kept_knobs_of(const RunOptions& options) {
  Configuration kept;
  for (const input::SetKnob& knob : options.knobs) kept.emplace_back(knob.knob, knob.value);
  return kept;
}

std::optional<results::HostOutcome> outcome_of(const RamOptions& ram, const Watermarks& marks) {
  if (!ram.modelled()) return std::nullopt;
  results::HostOutcome host;
  host.total_kb = ram.total_kb;
  host.swap_total_kb = ram.bounded() ? ram.swap_kb : 0;
  host.zfs_arc_kb = ram.zfs_arc.kb;
  host.min_kb = marks.min_kb;
  host.low_kb = marks.low_kb;
  host.high_kb = marks.high_kb;
  host.numa_nodes = ram.numa_nodes;
  return host;
}

}  // namespace ksmsim::host
