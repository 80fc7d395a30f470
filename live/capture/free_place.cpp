#include "live/capture/free_place.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace ksmsim::live::capture {

int rename_to_free_place(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  // Some file systems do not know the flag.
  if (errno != EINVAL) return errno;
  std::error_code ignored;
  if (std::filesystem::exists(to, ignored)) return EEXIST;
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

}  // namespace ksmsim::live::capture
