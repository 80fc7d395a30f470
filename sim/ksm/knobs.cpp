#include "sim/ksm/knobs.hpp"

#include <charconv>
#include <variant>

#include "sim/ksm/files.hpp"
#include "sim/ksm/knob_table.hpp"

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

// A number of the row's range, stored in as many bits as its member has.
template <class Int>
WriteError store_number(Int& knob, std::string_view text, const KnobRange& range) {
  std::uint64_t value = 0;
  const WriteError error = number(text, range.parsed_most, value);
  if (error == WriteError::range && range.too_large == TooLarge::einval) return WriteError::invalid;
  if (error != WriteError::none) return error;
  if (value < range.least || value > range.most) return WriteError::invalid;
  knob = static_cast<Int>(value);
  return WriteError::none;
}

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

std::string accepted(const KnobRow& row) {
  if (std::holds_alternative<bool Knobs::*>(row.member)) return "0 or 1";
  if (std::holds_alternative<AdvisorMode Knobs::*>(row.member)) return "none or scan-time";
  const auto& [least, most, parsed_most, too_large] = row.range;
  if (most == 1) return "0 or 1";
  if (most == 2) return "0, 1 or 2";
  if (most < kUlong) return std::to_string(least) + " to " + std::to_string(most);
  return least == 0 ? "a whole number" : std::to_string(least) + " or more";
}

// A write to each kind of knob.
WriteError store_in(bool& knob, std::string_view text, const KnobRow&, const Traits& traits) {
  return boolean(text, traits, knob);
}
WriteError store_in(AdvisorMode& knob, std::string_view text, const KnobRow&, const Traits&) {
  return store_advisor_mode(knob, text);
}
template <class Int>
WriteError store_in(Int& knob, std::string_view text, const KnobRow& row, const Traits&) {
  return store_number(knob, text, row.range);
}

}  // namespace

WriteError store(Knobs& knobs, std::string_view name, std::string_view text, const Traits& traits) {
  if (!has_file(traits, name)) return WriteError::no_file;
  const KnobRow* row = find_knob(name);
  if (row == nullptr) return WriteError::read_only;
  if (text.empty()) return WriteError::none;
  if (name == "pages_to_scan" && knobs.advisor_mode != AdvisorMode::none) {
    return WriteError::invalid;
  }
  return std::visit([&](auto member) { return store_in(knobs.*member, text, *row, traits); },
                    row->member);
}

std::optional<std::string> show(const Knobs& knobs, std::string_view name) {
  const KnobRow* row = find_knob(name);
  if (row == nullptr) return std::nullopt;
  return std::visit([&knobs](auto member) { return shown(knobs.*member); }, row->member);
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
  return what + " is refused (" + std::string(name_of(error)) + "): " + accepted(*find_knob(name));
}

Knobs knobs_after_boot(const Traits& traits) {
  Knobs knobs;
  knobs.smart_scan = has_file(traits, "smart_scan");
  return knobs;
}

}  // namespace ksmsim::ksm
