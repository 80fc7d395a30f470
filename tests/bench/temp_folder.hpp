// A folder of its own below the system's for temporary files, gone with the object.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "sim/base/result.hpp"

namespace ksmsim::bench {

class TempFolder {
 public:
  static Result<TempFolder> make() {
    std::error_code error;
    std::string path = std::filesystem::temp_directory_path(error) / "ksmsim-bench-XXXXXX";
    if (error || mkdtemp(path.data()) == nullptr) return Error{"no folder for temporary files"};
    return Result<TempFolder>(TempFolder(std::move(path)));
  }
  TempFolder(TempFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempFolder& operator=(TempFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  explicit TempFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace ksmsim::bench
