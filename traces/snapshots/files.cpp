#include "traces/snapshots/files.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ksmsim::traces::snapshots {

Result<std::unique_ptr<std::istream>> Directory::open(const std::string& name) const {
  if (name.empty() || name == "." || name == ".." ||
      name.find_first_of(std::string_view{"/\0", 2}) != std::string::npos) {
    return Error{"not a plain file name; the files of a data set stand beside its meta.json"};
  }
  const auto place = std::filesystem::path(path_) / name;
  std::error_code error;
  if (!std::filesystem::exists(place, error)) return Error{"there is no such file"};
  // Neither a directory nor something that may block for ever.
  if (!std::filesystem::is_regular_file(place, error)) return Error{"not a regular file"};
  auto file = std::make_unique<std::ifstream>(place, std::ios::binary);
  if (!*file) return Error{"cannot be read"};
  return std::unique_ptr<std::istream>(std::move(file));
}

Result<std::unique_ptr<std::istream>> FilesInMemory::open(const std::string& name) const {
  const auto at = bytes_.find(name);
  if (at == bytes_.end()) return Error{"there is no such file"};
  return std::unique_ptr<std::istream>(std::make_unique<std::istringstream>(at->second));
}

}  // namespace ksmsim::traces::snapshots
