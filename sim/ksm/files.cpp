#include "sim/ksm/files.hpp"

#include <array>

namespace ksmsim::ksm {
namespace {

constexpr FileKind kKnob = FileKind::knob;
constexpr FileKind kCounter = FileKind::counter;

constexpr std::array<File, 25> kFiles{{
    {"run", kKnob, {2, 6, 32}},
    {"pages_to_scan", kKnob, {2, 6, 32}},
    {"sleep_millisecs", kKnob, {2, 6, 32}},
    {"pages_shared", kCounter, {2, 6, 32}},
    {"pages_sharing", kCounter, {2, 6, 32}},
    {"pages_unshared", kCounter, {2, 6, 32}},
    {"pages_volatile", kCounter, {2, 6, 32}},
    {"full_scans", kCounter, {2, 6, 32}},
    {"max_kernel_pages", kKnob, {2, 6, 32}, {2, 6, 33}},
    {"merge_across_nodes", kKnob, {3, 9, 0}},
    {"use_zero_pages", kKnob, {4, 11, 0}},
    {"max_page_sharing", kKnob, {4, 13, 0}},
    {"stable_node_chains", kCounter, {4, 13, 0}},
    {"stable_node_dups", kCounter, {4, 13, 0}},
    {"stable_node_chains_prune_millisecs", kKnob, {4, 13, 0}},
    {"general_profit", kCounter, {6, 4, 0}},
    {"pages_scanned", kCounter, {6, 6, 0}},
    {"ksm_zero_pages", kCounter, {6, 6, 0}},
    {"smart_scan", kKnob, {6, 7, 0}},
    {"pages_skipped", kCounter, {6, 7, 0}},
    {"advisor_mode", kKnob, {6, 8, 0}},
    {"advisor_max_cpu", kKnob, {6, 8, 0}},
    {"advisor_min_pages_to_scan", kKnob, {6, 8, 0}},
    {"advisor_max_pages_to_scan", kKnob, {6, 8, 0}},
    {"advisor_target_scan_time", kKnob, {6, 8, 0}},
}};

std::string shown(const Version& v) {
  const std::string text = std::to_string(v.major) + "." + std::to_string(v.minor);
  return v.patch == 0 ? text : text + "." + std::to_string(v.patch);
}

}  // namespace

std::span<const File> files() { return kFiles; }

const File* find_file(std::string_view name) {
  for (const File& file : kFiles) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

bool has_file(const Traits& traits, std::string_view name) {
  const File* file = find_file(name);
  return file != nullptr && file->since <= traits.version && traits.version < file->before;
}

std::string when_there(std::string_view name) {
  const File* file = find_file(name);
  if (file->before != File{}.before) return "in " + shown(file->since) + " only";
  return "since " + shown(file->since);
}

}  // namespace ksmsim::ksm
