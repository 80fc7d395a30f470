// Which files of /sys/kernel/mm/ksm a kernel has (docs/kernel.md, *Versions*).
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "sim/ksm/traits.hpp"

namespace ksmsim::ksm {

enum class FileKind : std::uint8_t { knob, counter };

struct File {
  std::string_view name;
  FileKind kind;
  Version since;
  Version before{~std::uint32_t{0}, 0, 0};  // Gone in this release.
};

// All files of any kernel, in the order in which kernels got them.
std::span<const File> files();
// The file of this name in any kernel, or nullptr.
const File* find_file(std::string_view name);
// Whether this kernel has it.
bool has_file(const Traits& traits, std::string_view name);
// "since 6.7", or "in 2.6.32 only". REQUIRES: find_file(name).
std::string when_there(std::string_view name);

}  // namespace ksmsim::ksm
