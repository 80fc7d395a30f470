#include "cli/key_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

#include "cli/files.hpp"

namespace ksmsim::cli {
namespace {

using traces::HashKey;

Error key_failed(const std::string& path) { return Error{std::strerror(errno)}.in(path); }

Result<HashKey> random_key() {
  std::array<char, HashKey::kBytes> bytes{};
  // Calls for up to 256 bytes are not cut short.
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return key_failed("random numbers");
  }
  return HashKey::from_bytes({bytes.data(), bytes.size()});
}

Result<HashKey> read_key(const std::string& path) {
  auto in = open_input(path);
  if (!in) return in.error();
  std::array<char, HashKey::kBytes + 1> bytes{};  // One more, to see that there is none.
  (*in)->read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if ((*in)->bad()) return Error{"cannot be read"}.in(path);
  auto key = HashKey::from_bytes({bytes.data(), static_cast<std::size_t>((*in)->gcount())});
  if (!key) return key.error().in(path);
  return key;
}

}  // namespace

Result<KeyFile> KeyFile::open(const std::string& path) {
  struct stat there {};
  const bool is_new = path.empty() || (stat(path.c_str(), &there) != 0 && errno == ENOENT);
  if (is_new && !path.empty()) {
    // Rather now than after hours of reading.
    const std::string folder = std::filesystem::path(path).parent_path().string();
    if (access(folder.empty() ? "." : folder.c_str(), W_OK) != 0) return key_failed(path);
  }
  auto key = is_new ? random_key() : read_key(path);
  if (!key) return key.error();
  return KeyFile(path, *key, is_new);
}

std::string KeyFile::hashing(traces::PageHash hash) const {
  const std::string name = hash == traces::PageHash::xxh3 ? "XXH3" : "BLAKE2b";
  const std::string under = path_.empty() ? "a key that nobody kept" : "key " + key_.fingerprint();
  return name + ", 64 bits, under " + under + "; 0: a page of zeros";
}

Result<void> KeyFile::save() {
  if (path_.empty() || !is_new_ || saved_) return {};
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return key_failed(path_);
  saved_ = true;
  const auto& bytes = key_.bytes();
  const bool written =
      write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  const bool closed = close(file) == 0;
  if (written && closed) return {};
  const Error error = key_failed(path_);
  remove();
  return error;
}

void KeyFile::remove() {
  if (saved_) unlink(path_.c_str());
  saved_ = false;
}

}  // namespace ksmsim::cli
