#include "live/sys_file.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ksmsim::live {

bool file_there(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

Error system_error(const std::string& what, int number) {
  return Error{what + ": " + std::strerror(number)};
}

std::string chosen_word(const std::string& text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open);
  if (open != std::string::npos && close != std::string::npos) {
    return text.substr(open + 1, close - open - 1);
  }
  return text.substr(0, text.find('\n'));
}

Result<SysFile> SysFile::open(std::string path, Access access) {
  const int mode = access == Access::read ? O_RDONLY : access == Access::write ? O_WRONLY : O_RDWR;
  Descriptor file{::open(path.c_str(), mode | O_CLOEXEC)};
  if (!file.open()) return system_error(path, errno);
  SysFile result;
  result.path_ = std::move(path);
  result.file_ = std::move(file);
  return result;
}

Result<std::string> SysFile::text() const {
  std::array<char, 8192> data;
  const ssize_t size = pread(file_.get(), data.data(), data.size(), 0);
  if (size < 0) return system_error(path_, errno);
  return std::string(data.data(), static_cast<std::size_t>(size));
}

Result<std::int64_t> SysFile::number() const {
  auto content = text();
  if (!content) return content.error();
  return std::int64_t{std::strtoll(content->c_str(), nullptr, 10)};
}

int SysFile::put(const std::string& text) const {
  return pwrite(file_.get(), text.data(), text.size(), 0) < 0 ? errno : 0;
}

Result<void> SysFile::write(const std::string& text) const {
  if (const int error = put(text); error != 0) return system_error(path_ + " = " + text, error);
  return {};
}

}  // namespace ksmsim::live
