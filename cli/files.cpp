#include "cli/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <utility>

#include "live/capture/free_place.hpp"

namespace ksmsim::cli {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string& path, int error) { return Error{std::strerror(error)}.in(path); }

}  // namespace

Error named(const Error& error, const std::string& file) {
  return error.text.starts_with(file + ":") ? error : error.in(file);
}

Result<std::unique_ptr<std::istream>> open_input(const std::string& path) {
  if (path == "-") return std::make_unique<std::istream>(std::cin.rdbuf());
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return failed(path, EISDIR);
  auto file = std::make_unique<std::ifstream>();
  errno = 0;
  file->open(path, std::ios::binary);
  if (!*file) return failed(path, errno != 0 ? errno : EIO);
  return std::unique_ptr<std::istream>{std::move(file)};
}

Result<std::string> read_file(const std::string& path) {
  auto in = open_input(path);
  if (!in) return in.error();
  std::string text;
  constexpr std::size_t kChunk = std::size_t{1} << 16;
  do {
    const std::size_t before = text.size();
    text.resize(before + kChunk);
    (*in)->read(text.data() + before, kChunk);
    text.resize(before + static_cast<std::size_t>((*in)->gcount()));
  } while (**in);
  if ((*in)->bad()) return failed(path, EIO);
  return text;
}

Result<OutputFile> OutputFile::create(const std::string& path, Overwrite overwrite) {
  if (path == "-") return Error{"-: has to be a file, which appears whole or not at all"};
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::exists(there)) {
    if (!fs::is_regular_file(there)) return Error{"is there and not a regular file"}.in(path);
    if (overwrite == Overwrite::no) {
      return Error{"is there already; --force writes over it"}.in(path);
    }
  }
  // A link stays and what it points to is replaced.
  const std::string place = fs::exists(there) ? fs::canonical(path, error).string() : path;
  if (error && fs::exists(there)) return Error{error.message()}.in(path);
  const std::string beside = place + ".partial-" + std::to_string(getpid());
  OutputFile file{path, place, beside, overwrite};
  errno = 0;
  file.stream_.open(beside, std::ios::binary | std::ios::trunc);
  if (!file.stream_) {
    file.beside_.clear();
    return failed(path, errno != 0 ? errno : EIO);
  }
  return file;
}

OutputFile::OutputFile(std::string path, std::string place, std::string beside, Overwrite overwrite)
    : path_(std::move(path)),
      place_(std::move(place)),
      beside_(std::move(beside)),
      overwrite_(overwrite) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      place_(std::move(other.place_)),
      beside_(std::exchange(other.beside_, {})),
      overwrite_(other.overwrite_),
      stream_(std::move(other.stream_)) {}

OutputFile::~OutputFile() {
  if (beside_.empty()) return;
  stream_.close();
  std::remove(beside_.c_str());
}

Result<void> OutputFile::commit() {
  KSM_CHECK(!beside_.empty());
  errno = 0;
  stream_.close();
  if (!stream_) return failed(path_, errno != 0 ? errno : EIO);
  const int error = overwrite_ == Overwrite::no
                        ? live::capture::rename_to_free_place(beside_, place_)
                    : std::rename(beside_.c_str(), place_.c_str()) == 0 ? 0
                                                                        : errno;
  if (error != 0) return failed(path_, error);
  beside_.clear();
  return {};
}

}  // namespace ksmsim::cli
