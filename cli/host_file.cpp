#include "cli/host_file.hpp"

#include <fmt/core.h>

#include <toml++/toml.h>
#include <algorithm>
#include <sstream>

#include "cli/files.hpp"

namespace ksmsim::cli {
namespace {

// A whole number of [least, most], or an error that says so.
Result<std::int64_t> whole(const toml::node& node, std::string_view key, std::int64_t least,
                           std::int64_t most) {
  const auto value = node.value_exact<std::int64_t>();
  if (value && *value >= least && *value <= most) return *value;
  return Error{fmt::format("{} has to be a whole number from {} to {}", key, least, most)};
}

constexpr std::int64_t kPriceMost = 1'000'000'000'000;  // One second.

Result<void> read_prices(const toml::table& table, cost::Prices& prices) {
  for (const auto& [key, node] : table) {
    const std::string_view wanted = key.str();
    std::uint64_t cost::Units::*unit = nullptr;
    cost::for_each_unit([&](const char* name, auto member) {
      if (wanted == name) unit = member;
    });
    if (unit == nullptr) {
      return Error{fmt::format("there is no unit of work prices_ps.{}", key.str())};
    }
    const auto price = whole(node, fmt::format("prices_ps.{}", key.str()), 0, kPriceMost);
    if (!price) return price.error();
    prices.*unit = static_cast<std::uint64_t>(*price);
  }
  return {};
}

Result<void> read_agreed(const toml::table& table, const std::vector<std::string>& classes,
                         cost::AgreedBytes& agreed) {
  for (const auto& [key, node] : table) {
    const auto at = std::find(classes.begin(), classes.end(), key.str());
    if (at == classes.end()) {
      return Error{fmt::format("the trace has no class agreed_bytes_of.{}", key.str())};
    }
    const auto bytes = whole(node, fmt::format("agreed_bytes_of.{}", key.str()), 0, kPageBytes);
    if (!bytes) return bytes.error();
    agreed.by_class.resize(std::max(agreed.by_class.size(), classes.size()), agreed.otherwise);
    agreed.by_class[static_cast<std::size_t>(at - classes.begin())] =
        static_cast<std::uint32_t>(*bytes);
  }
  return {};
}

Result<void> read_table(const toml::table& table, const std::vector<std::string>& classes,
                        host::HostOptions& host) {
  if (const auto* node = table.get("agreed_bytes")) {  // Before single classes.
    const auto bytes = whole(*node, "agreed_bytes", 0, kPageBytes);
    if (!bytes) return bytes.error();
    host.agreed.otherwise = static_cast<std::uint32_t>(*bytes);
  }
  for (const auto& [key, node] : table) {
    const std::string_view name = key.str();
    Result<void> read;
    if (name == "hz") {
      const auto hz = whole(node, name, 24, 1000);
      if (!hz) return hz.error();
      host.ticks.hz = static_cast<std::uint32_t>(*hz);
    } else if (name == "boot_ms") {
      const auto ms = whole(node, name, 0, 1'000'000'000'000);
      if (!ms) return ms.error();
      host.ticks.boot = std::chrono::milliseconds(*ms);
    } else if (name == "swap_write_us") {
      const auto us = whole(node, name, 0, 1'000'000'000);
      if (!us) return us.error();
      host.swap_write = std::chrono::microseconds(*us);
    } else if (name == "prices_ps" && node.is_table()) {
      read = read_prices(*node.as_table(), host.prices);
    } else if (name == "agreed_bytes_of" && node.is_table()) {
      read = read_agreed(*node.as_table(), classes, host.agreed);
    } else if (name != "agreed_bytes") {
      read = Error{fmt::format(
          "'{}' is no key; keys are hz, boot_ms, swap_write_us, agreed_bytes, [agreed_bytes_of], "
          "[prices_ps]",
          name)};
    }
    if (!read) return read;
  }
  return {};
}

}  // namespace

Result<void> read_host_file(const std::string& path, const std::vector<std::string>& classes,
                            host::HostOptions& host) {
  const auto text = read_file(path);
  if (!text) return text.error();
  try {
    const auto r = read_table(toml::parse(*text), classes, host);
    return r ? r : Result<void>(r.error().in(path));
  } catch (const toml::parse_error& e) {
    return Error{fmt::format("{}:{}: not TOML: {}", path, e.source().begin.line, e.description())};
  }
}

}  // namespace ksmsim::cli
