// Why guests cannot be captured, and what to do, in one line each.
#pragma once
#include <string>

#include "live/capture/find_guests.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live::capture {

// "web (process 4711)".
std::string in_words(const FoundGuest& guest);

// The guest cannot be read: what the system says of it, and who may.
Error refused(const FoundGuest& guest, const Error& error);
// None of the wanted guests runs.
Error none_found(const Wanted& wanted);

inline constexpr const char* kNotMergeable =
    "no region is mergeable (QEMU: -machine mem-merge=on; others: madvise MADV_MERGEABLE or prctl "
    "PR_SET_MEMORY_MERGE); --assume-mergeable captures what would be";

}  // namespace ksmsim::live::capture
