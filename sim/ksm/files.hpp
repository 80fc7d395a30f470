// The files of /sys/kernel/mm/ksm: which kernels have them (docs/kernel.md, *Versions*), and what
// they mean.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sim/ksm/traits.hpp"

namespace ksmsim::ksm {

enum class FileKind : std::uint8_t { knob, counter };

inline constexpr Version kNeverGone{~std::uint32_t{0}, 0, 0};

struct File {
  std::string_view name;
  FileKind kind = FileKind::counter;
  Version since;
  std::string_view meaning;     // One line of words.
  Version before = kNeverGone;  // Gone in this release.
};

// All files of any kernel: knobs (sim/ksm/knob_table.hpp), then counters, each in the order in
// which kernels got them.
std::span<const File> files();
// The file of this name in any kernel, or nullptr.
const File* find_file(std::string_view name);
// Whether this kernel has it.
bool has_file(const Traits& traits, std::string_view name);
// "since 6.7", or "in 2.6.32 only". REQUIRES: find_file(name).
std::string when_there(std::string_view name);

}  // namespace ksmsim::ksm
