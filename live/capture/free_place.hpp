// A file gets its name without writing over anything.
#pragma once
#include <string>

namespace ksmsim::live::capture {

// Renames a file, but never over something that is there. Returns 0 or the errno of the failure
// (EEXIST).
int rename_to_free_place(const std::string& from, const std::string& to);

}  // namespace ksmsim::live::capture
