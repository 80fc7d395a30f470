#include "sim/ksm/knobs.hpp"

#include <charconv>
#include <limits>
#include <type_traits>

#include "sim/ksm/files.hpp"

namespace ksmsim::ksm {
namespace {

// kstrtoull, base 10: an optional plus sign, digits, one newline allowed.
WriteError number(std::string_view text, std::uint64_t most, std::uint64_t& value) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return WriteError::invalid;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // An overflow of 64 bits is found while digits are read, before what stands behind them.
  if (error == std::errc::result_out_of_range) return WriteError::range;
  if (end != text.data() + text.size()) return WriteError::invalid;
  if (value > most) return WriteError::range;
  return WriteError::none;
}

// kstrtobool: only the first letter counts, of o the second.
WriteError boolean(std::string_view text, const Traits& traits, bool& value) {
  const char first = text[0];
  const bool words = traits.enable_words == EnableWords::taken;
  if (first == '1' || first == 'y' || first == 'Y' || first == 't' || first == 'T' ||
      (words && (first == 'e' || first == 'E'))) {
    return value = true, WriteError::none;
  }
  if (first == '0' || first == 'n' || first == 'N' || first == 'f' || first == 'F' ||
      (words && (first == 'd' || first == 'D'))) {
    return value = false, WriteError::none;
  }
  if ((first == 'o' || first == 'O') && text.size() > 1) {
    if (text[1] == 'n' || text[1] == 'N') return value = true, WriteError::none;
    if (text[1] == 'f' || text[1] == 'F') return value = false, WriteError::none;
  }
  return WriteError::invalid;
}

template <class Int>
WriteError store_number(Int& knob, std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  if (number(text, most, value) != WriteError::none || value < least) return WriteError::invalid;
  knob = static_cast<Int>(value);
  return WriteError::none;
}

// Two files give the error of kstrtouint itself, so that a number too large is ERANGE.
WriteError store_with_range(std::uint32_t& knob, std::string_view text, std::uint64_t parsed_most,
                            std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  if (auto e = number(text, parsed_most, value); e != WriteError::none) return e;
  if (value < least || value > most) return WriteError::invalid;
  knob = static_cast<std::uint32_t>(value);
  return WriteError::none;
}

constexpr std::uint64_t kUint = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kInt = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t kUlong = std::numeric_limits<std::uint64_t>::max();

WriteError store_advisor_mode(AdvisorMode& mode, std::string_view text) {
  // sysfs_streq: one newline at the end may be there.
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text == "none") return mode = AdvisorMode::none, WriteError::none;
  if (text == "scan-time") return mode = AdvisorMode::scan_time, WriteError::none;
  return WriteError::invalid;
}

std::string shown(std::uint64_t value) { return std::to_string(value); }
std::string shown(RunMode run) { return std::to_string(static_cast<int>(run)); }
std::string shown(AdvisorMode mode) {
  return mode == AdvisorMode::none ? "[none] scan-time" : "none [scan-time]";
}

std::string_view accepted(std::string_view name) {
  if (name == "run") return "0, 1 or 2";
  if (name == "merge_across_nodes") return "0 or 1";
  if (name == "max_page_sharing") return "2 to 2147483647";
  if (name == "use_zero_pages" || name == "smart_scan") return "0 or 1";
  if (name == "advisor_mode") return "none or scan-time";
  if (name == "advisor_target_scan_time") return "1 or more";
  if (name.starts_with("advisor_") || name == "max_kernel_pages") return "a whole number";
  return "0 to 4294967295";
}

}  // namespace

WriteError store(Knobs& knobs, std::string_view name, std::string_view text, const Traits& traits) {
  if (!has_file(traits, name)) return WriteError::no_file;
  if (find_file(name)->kind == FileKind::counter) return WriteError::read_only;
  if (text.empty()) return WriteError::none;
  if (name == "run") {
    auto run = static_cast<std::uint32_t>(knobs.run);
    const WriteError e = store_number(run, text, 0, 2);
    knobs.run = static_cast<RunMode>(run);
    return e;
  }
  if (name == "pages_to_scan") {
    if (knobs.advisor_mode != AdvisorMode::none) return WriteError::invalid;
    return store_number(knobs.pages_to_scan, text, 0, kUint);
  }
  if (name == "sleep_millisecs") return store_number(knobs.sleep_millisecs, text, 0, kUint);
  if (name == "merge_across_nodes") {
    return store_with_range(knobs.merge_across_nodes, text, kUlong, 0, 1);
  }
  if (name == "max_page_sharing") {
    return store_with_range(knobs.max_page_sharing, text, kInt, 2, kInt);
  }
  if (name == "use_zero_pages") return boolean(text, traits, knobs.use_zero_pages);
  if (name == "smart_scan") return boolean(text, traits, knobs.smart_scan);
  if (name == "stable_node_chains_prune_millisecs") {
    return store_number(knobs.stable_node_chains_prune_millisecs, text, 0, kUint);
  }
  if (name == "advisor_mode") return store_advisor_mode(knobs.advisor_mode, text);
  if (name == "advisor_max_cpu") {  // Read as unsigned long, kept in 32 bits.
    return store_number(knobs.advisor_max_cpu, text, 0, kUlong);
  }
  if (name == "advisor_min_pages_to_scan") {
    return store_number(knobs.advisor_min_pages_to_scan, text, 0, kUlong);
  }
  if (name == "advisor_max_pages_to_scan") {
    return store_number(knobs.advisor_max_pages_to_scan, text, 0, kUlong);
  }
  if (name == "advisor_target_scan_time") {
    return store_number(knobs.advisor_target_scan_time, text, 1, kUlong);
  }
  if (name == "max_kernel_pages") return store_number(knobs.max_kernel_pages, text, 0, kUlong);
  return WriteError::no_file;
}

std::optional<std::string> show(const Knobs& knobs, std::string_view name) {
  std::optional<std::string> text;
  for_each_field(knobs, [&](std::string_view knob, const auto& value) {
    if (knob == name) text = shown(value);
  });
  return text;
}

std::string explain(WriteError error, std::string_view name, std::string_view text,
                    const Traits& traits) {
  const std::string what = std::string(name) + " = '" + std::string(text) + "'";
  switch (error) {
    case WriteError::no_file:
      if (find_file(name) == nullptr) return "there is no knob '" + std::string(name) + "'";
      return "kernel " + std::string(traits.kernel) + " has no " + std::string(name) +
             ": it is there " + when_there(name);
    case WriteError::read_only:
      return std::string(name) + " is a counter, it cannot be written";
    case WriteError::busy:
      return what + " is refused (EBUSY) while pages are shared";
    default:
      break;
  }
  if (name == "pages_to_scan") {
    return what + " is refused (" + std::string(name_of(error)) + "): should be 0 to 4294967295" +
           (has_file(traits, "advisor_mode") ? ", with advisor_mode none" : "");
  }
  return what + " is refused (" + std::string(name_of(error)) + "): " + std::string(accepted(name));
}

Knobs knobs_after_boot(const Traits& traits) {
  Knobs knobs;
  knobs.smart_scan = has_file(traits, "smart_scan");
  return knobs;
}

}  // namespace ksmsim::ksm
