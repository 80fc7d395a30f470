#include "traces/moments/temp_file.hpp"

#include <cerrno>
#include <cstring>
#include <string>

namespace ksmsim::traces::moments {
namespace {

Error failed(const char* what) {
  const std::string why = errno != 0 ? std::strerror(errno) : "input/output error";
  return {std::string("a temporary file cannot be ") + what + ": " + why};
}

}  // namespace

Result<void> TempFile::write(std::uint64_t offset, const void* from, std::size_t bytes) {
  if (!file_) {
    auto file = open_();
    if (!file) return file.error();
    file_ = std::move(*file);
  }
  errno = 0;
  file_->seekp(static_cast<std::streamoff>(offset));
  file_->write(static_cast<const char*>(from), static_cast<std::streamsize>(bytes));
  file_->flush();
  if (!*file_) return failed("written");
  return {};
}

Result<void> TempFile::read(std::uint64_t offset, void* to, std::size_t bytes) {
  KSM_CHECK(file_ != nullptr);
  errno = 0;
  file_->seekg(static_cast<std::streamoff>(offset));
  file_->read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  if (!*file_) return failed("read");
  return {};
}

}  // namespace ksmsim::traces::moments
