// Files that each show a guest at a moment, as they are named on the command line:
// [NAME=]FILE[@TIME].
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::cli {

struct MomentFile {
  std::string path;  // "-": standard input.
  Time at;
};

struct GuestFiles {
  std::string name;
  std::vector<MomentFile> files;  // By time, which differs; not empty.
};

// Guests in the order in which they are first named. `guest` (or "") is the one of files without a
// name, which otherwise are guests of their own, called by their files; `interval`, if there is
// one, is put between files without a time.
Result<std::vector<GuestFiles>> guest_files(const std::vector<std::string>& arguments,
                                            const std::string& guest,
                                            std::optional<Duration> interval);

// How a guest is called by its file: without folders and endings.
std::string name_of_file(const std::string& path);

// Bytes of all files together; those of pipes count as none.
std::uint64_t file_bytes(const std::vector<GuestFiles>& guests);

}  // namespace ksmsim::cli
