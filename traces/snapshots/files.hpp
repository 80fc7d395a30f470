// The files of a data set: a directory, or contents held in memory. A data set names its files
// itself, so only plain names are opened, never a path that leads elsewhere.
#pragma once
#include <istream>
#include <map>
#include <memory>
#include <string>

#include "sim/base/result.hpp"

namespace ksmsim::traces::snapshots {

class Files {
 public:
  virtual ~Files() = default;
  // The file of this name for reading, or an Error without the name in it.
  virtual Result<std::unique_ptr<std::istream>> open(const std::string& name) const = 0;
};

class Directory : public Files {
 public:
  explicit Directory(std::string path) : path_(std::move(path)) {}
  Result<std::unique_ptr<std::istream>> open(const std::string& name) const override;

 private:
  std::string path_;
};

class FilesInMemory : public Files {
 public:
  // Adds a file or puts another in its place.
  void put(const std::string& name, std::string bytes) { bytes_[name] = std::move(bytes); }
  Result<std::unique_ptr<std::istream>> open(const std::string& name) const override;

 private:
  std::map<std::string, std::string> bytes_;
};

}  // namespace ksmsim::traces::snapshots
