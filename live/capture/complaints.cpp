#include "live/capture/complaints.hpp"

namespace ksmsim::live::capture {

std::string in_words(const FoundGuest& guest) {
  return guest.name + " (process " + std::to_string(guest.process.number) + ")";
}

Error refused(const FoundGuest& guest, const Error& error) {
  if (live::command_line(guest.process.number).empty()) {
    return Error{in_words(guest) + ": is a thread of the kernel, without memory of its own"};
  }
  return Error{in_words(guest) + ": " + error.text +
               "; run as root, or as the owner of the process where ptrace is allowed "
               "(kernel.yama.ptrace_scope, container settings)"};
}

Error none_found(const Wanted& wanted) {
  if (wanted.libvirt && !wanted.qemu) {
    return Error{wanted.libvirt_folder +
                 " names no guest that runs (or may not be read); start one, be root, or capture "
                 "with --qemu or --pid"};
  }
  return Error{"no QEMU process runs; start guests, or name processes with --pid"};
}

}  // namespace ksmsim::live::capture
