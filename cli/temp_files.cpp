#include "cli/temp_files.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

namespace ksmsim::cli {

traces::moments::OpenTemp temp_files_beside(const std::string& path) {
  return [path, number = 0]() mutable -> Result<std::unique_ptr<std::iostream>> {
    const std::string name =
        path + ".temporary-" + std::to_string(getpid()) + "-" + std::to_string(++number);
    auto file = std::make_unique<std::fstream>();
    errno = 0;
    file->open(name, std::ios::binary | std::ios::in | std::ios::out | std::ios::trunc);
    if (!*file) return Error{std::strerror(errno != 0 ? errno : EIO)}.in(name);
    unlink(name.c_str());
    return std::unique_ptr<std::iostream>{std::move(file)};
  };
}

}  // namespace ksmsim::cli
