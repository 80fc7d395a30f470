// A small file of sysfs, procfs or a control group that is read and written again and again. It is
// kept open, and every access is one system call on the whole content.
#pragma once
#include <cstdint>
#include <string>

#include "live/descriptor.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

enum class Access : std::uint8_t { read, write, both };

// Whether there is a file of this name.
bool file_there(const std::string& path);
// "PATH: what the system says of this errno".
Error system_error(const std::string& what, int number);

// What to write to a file to have this content again: the chosen word of a list of choices ("always
// [madvise] never"), of other texts the first line.
std::string chosen_word(const std::string& text);

class SysFile {
 public:
  static Result<SysFile> open(std::string path, Access access = Access::read);

  const std::string& path() const { return path_; }
  Result<std::string> text() const;
  // The decimal number that the content begins with (0 if there is none).
  Result<std::int64_t> number() const;
  // Writes, and returns 0 or the errno of the refusal.
  int put(const std::string& text) const;
  // Writes; a refusal is an error.
  Result<void> write(const std::string& text) const;

 private:
  std::string path_;
  Descriptor file_;
};

}  // namespace ksmsim::live
