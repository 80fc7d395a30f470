#include "models/toml/host_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "models/toml/words.hpp"
#include "sim/base/amounts.hpp"
#include "sim/base/ids.hpp"
#include "sim/host/zfs_arc.hpp"

namespace ksmsim::models {
namespace {

constexpr Range kPrice{0, 1e12};  // One second.
// Ten microseconds: one mapping can be looked up 2^36 times in a pass, and sums have 64 bits.
constexpr Range kLookupPrice{0, 1e7};
constexpr Range kBootMs{0, 1e12};             // 31 years.
constexpr Range kDeviceUs{0, 1e9};            // A quarter of an hour.
constexpr Range kMib{0, 64.0 * 1024 * 1024};  // 64 TiB.
constexpr Range kAgreed{0, kPageBytes};
constexpr Units kBytes{units::kByte, units::kByte};
constexpr Range kRamMib{1, kMib.most};
constexpr Range kMibPerS{0, 1024.0 * 1024};  // 1 TiB a second.
constexpr std::int64_t kNodesMost = 64;
constexpr std::int64_t kKhugepagedMost = std::int64_t{1} << 30;

void read_kb(const TableReader& table, std::string_view key, std::int64_t& into) {
  if (const auto kb = table.amount(key, kMib, {units::kMib, units::kKib})) into = *kb;
}

void read_us(const TableReader& table, std::string_view key, Duration& into) {
  const auto ns = table.amount(key, kDeviceUs, {units::kMicrosecond, units::kNanosecond});
  if (ns) into = Duration{*ns};
}

void read_prices(const TableReader& table, cost::Prices& prices) {
  cost::for_each_unit([&](const char* name, auto unit) {
    const Range& range = unit == &cost::Units::lookups ? kLookupPrice : kPrice;
    const auto price = table.amount(name, range, {units::kPicosecond, units::kPicosecond});
    if (price) {
      prices.*unit = static_cast<std::uint64_t>(*price);
    }
  });
}

void read_khugepaged(const TableReader& table, host::KhugepagedOptions& khugepaged) {
  if (const auto pages = table.whole("pages_to_scan", 0, kKhugepagedMost)) {
    khugepaged.pages_to_scan = *pages;
  }
  if (const auto sleep = table.seconds("scan_sleep_s", {0.001, 1e6})) {
    khugepaged.scan_sleep = *sleep;
  }
}

// Keys of the ARC beside its size.
constexpr std::array<const char*, 3> kArcKeys{"zfs_arc_min_mib", "zfs_arc_sys_free_mib",
                                              "zfs_arc_shrink_mib_per_s"};

void read_arc(const TableReader& table, host::ZfsArcOptions& arc) {
  read_kb(table, "zfs_arc_mib", arc.kb);
  read_kb(table, "zfs_arc_min_mib", arc.min_kb);
  read_kb(table, "zfs_arc_sys_free_mib", arc.sys_free_kb);
  const auto rate =
      table.amount("zfs_arc_shrink_mib_per_s", kMibPerS, {units::kMibPerS, units::kPagePerHour});
  if (rate) arc.shrink_kb_per_s = *rate * static_cast<std::int64_t>(kPageBytes / 1024) / 3600;
  if (arc.kb > 0 || table.has("zfs_arc_mib")) return;
  for (const char* key : kArcKeys) {
    if (table.has(key)) table.wrong(key, "goes with zfs_arc_mib only: without it there is no ARC");
  }
}

// What only means something where RAM has an end.
void check_ram_is_there(const TableReader& table, const host::RamOptions& ram) {
  if (ram.bounded() || table.has("ram_mib")) return;
  for (const char* key : {"kernel_mib", "guest_overhead_mib", "cached_mib", "zfs_arc_mib",
                          "swap_mib", "swap_write_us", "swap_read_us"}) {
    if (table.has(key)) table.wrong(key, "goes with ram_mib only: without it memory has no end");
  }
}

// What is in use before the first guest has a page has to leave something of RAM.
void check_ram(const TableReader& table, const host::RamOptions& ram) {
  if (!ram.bounded()) return;
  const std::array<std::pair<std::string_view, std::int64_t>, 4> parts{
      {{"kernel_mib", ram.kernel_kb},
       {"guest_overhead_mib", ram.guest_overhead_kb},
       {"cached_mib", ram.cached_kb},
       {"zfs_arc_mib", ram.zfs_arc.kb}}};
  std::int64_t sum = 0, largest = 0;
  std::string_view at = "ram_mib";  // Unless this table says one of the others.
  std::string names;
  for (const auto& [key, kb] : parts) {
    if (kb == 0) continue;
    sum += kb;
    names += (names.empty() ? "" : " + ") + std::string(key);
    if (kb > largest && table.has(key)) {
      largest = kb;
      at = key;
    }
  }
  if (sum < ram.total_kb) return;
  const auto mib = [](std::int64_t kb) { return shown(static_cast<double>(kb) / 1024); };
  table.complain(at, names + " = " + mib(sum) + " leaves nothing for guests: has to be less than " +
                         "ram_mib = " + mib(ram.total_kb));
}

// What OpenZFS takes by itself. `table`: [host], which says how large the ARC is; or nullptr.
void assume_arc(const TableReader* table, const host::RamOptions& ram, Assumptions& assumptions) {
  if (ram.zfs_arc.kb == 0) return;
  const std::array<std::pair<std::int64_t, const char*>, kArcKeys.size()> usual{
      {{host::usual_arc_min_kb(ram.total_kb), "OpenZFS man page zfs.4: RAM / 32, at least 32 MiB"},
       {host::usual_arc_sys_free_kb(ram.total_kb),
        "OpenZFS arc_set_sys_free(): RAM / 32 + 7.5 x the usual min_free_kbytes"},
       {host::ZfsArcOptions{}.shrink_kb_per_s,
        "OpenZFS man page zfs.4, zfs_arc_shrinker_limit: 160 MiB take less than 100 ms"}}};
  for (std::size_t i = 0; i < usual.size(); ++i) {
    if (table != nullptr && table->has(kArcKeys[i])) continue;
    assume_of_host(kArcKeys[i], shown(static_cast<double>(usual[i].first) / 1024), usual[i].second,
                   assumptions, Evidence::cited);
  }
}

}  // namespace

void read_host(const TableReader& table, host::HostOptions& host, host::RamOptions& ram,
               AgreedBytesOf& agreed) {
  if (const auto hz = table.whole("hz", 24, 1000)) host.ticks.hz = static_cast<std::uint32_t>(*hz);
  const auto boot = table.amount("boot_ms", kBootMs, {units::kMillisecond, units::kMillisecond});
  if (boot) host.ticks.boot = std::chrono::milliseconds(*boot);
  read_us(table, "swap_write_us", host.swap_write);
  read_us(table, "swap_read_us", ram.swap_read);
  // Whoever wants no end of RAM leaves it out.
  const auto ram_kb = table.amount("ram_mib", kRamMib, {units::kMib, units::kKib});
  if (ram_kb) ram.total_kb = *ram_kb;
  read_kb(table, "kernel_mib", ram.kernel_kb);
  read_kb(table, "guest_overhead_mib", ram.guest_overhead_kb);
  read_kb(table, "cached_mib", ram.cached_kb);
  read_arc(table, ram.zfs_arc);
  read_kb(table, "swap_mib", ram.swap_kb);
  check_ram_is_there(table, ram);
  check_ram(table, ram);
  if (const auto nodes = table.whole("numa_nodes", 1, kNodesMost)) {
    ram.numa_nodes = static_cast<std::uint32_t>(*nodes);
  }
  if (const auto bytes = table.amount("agreed_bytes", kAgreed, kBytes)) {
    host.agreed.otherwise = static_cast<std::uint32_t>(*bytes);
  }
  if (const auto of = table.table("agreed_bytes_of")) {
    for (const std::string& name : of->other_keys()) {
      if (const auto bytes = of->amount(name, kAgreed, kBytes)) {
        agreed.emplace_back(name, static_cast<std::uint32_t>(*bytes));
      }
    }
  }
  if (const auto khugepaged = table.table("khugepaged")) {
    read_khugepaged(*khugepaged, ram.khugepaged);
  }
  if (const auto prices = table.table("prices_ps")) read_prices(*prices, host.prices);
}

void assume_of_host(const std::string& key, std::string value, std::string source,
                    Assumptions& assumptions, Evidence evidence) {
  assumptions.defaults.push_back(
      {"", {}, "host", key, std::move(value), evidence, std::move(source)});
}

void assume_host(const TableReader* table, const host::RamOptions& ram, Assumptions& assumptions) {
  const auto assume = [&](const char* key, const char* value, const char* source) {
    if (table == nullptr || !table->has(key)) assume_of_host(key, value, source, assumptions);
  };
  assume("hz", "250", "Debian's and Ubuntu's kernels; decides how long ksmd sleeps");
  if (!ram.bounded()) return;
  for (const char* key : {"kernel_mib", "guest_overhead_mib", "cached_mib"}) {
    assume(key, "0", "all of RAM is there for guests");
  }
  assume_arc(table, ram, assumptions);
  if (ram.swap_kb == 0) return;
  for (const char* key : {"swap_write_us", "swap_read_us"}) {
    assume(key, "0", "a device that takes no time");
  }
}

void check_agreed_names(const TableReader& table, const std::vector<std::string>& classes) {
  const auto of = table.table("agreed_bytes_of");
  if (!of) return;
  const std::vector<std::string_view> names(classes.begin(), classes.end());
  for (const std::string& key : of->keys()) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    of->complain(key, no_such_name("class", key, names));
  }
}

void set_agreed_bytes(const AgreedBytesOf& agreed, const std::vector<std::string>& classes,
                      cost::AgreedBytes& into) {
  for (const auto& [name, bytes] : agreed) {
    const auto at = std::find(classes.begin(), classes.end(), name);
    if (at == classes.end()) continue;
    into.by_class.resize(std::max(into.by_class.size(), classes.size()), into.otherwise);
    into.by_class[static_cast<std::size_t>(at - classes.begin())] = bytes;
  }
}

}  // namespace ksmsim::models
