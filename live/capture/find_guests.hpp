// Which processes are guests, and what people call them.
#pragma once
#include <string>
#include <vector>

#include "live/capture/smaps.hpp"
#include "live/process.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live::capture {

// Which guests are looked for.
struct Wanted {
  bool qemu = false;             // All processes of QEMU.
  bool libvirt = false;          // All guests of libvirt's runtime files.
  std::vector<pid_t> processes;  // These, whatever they are.
  std::string libvirt_folder = "/run/libvirt/qemu";
};

struct FoundGuest {
  live::ProcessId process;
  std::string name;  // Usable in a trace; unique among those found.
  Hypervisor hypervisor = Hypervisor::no;
};

// The name in QEMU's `-name` ("web", "guest=web,debug-threads=on"), or nothing.
std::optional<std::string> qemu_name(const std::vector<std::string>& command_line);
// Whether the command line is QEMU's.
bool is_qemu(const std::vector<std::string>& command_line);

// The guests that run now, by their numbers. QEMU's are called as their -name says, libvirt's as
// libvirt does, others COMMAND-NUMBER. Processes in `wanted.processes` that do not run are left
// out.
std::vector<FoundGuest> find_guests(const Wanted& wanted);

}  // namespace ksmsim::live::capture
