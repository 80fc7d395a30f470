// Settings of the machine that are put back: each file as it was when it was saved, the last saved
// first. Of a file that lists its choices ("always [madvise] never") the chosen word is kept.
#pragma once
#include <string>
#include <vector>

#include "live/sys_file.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class SavedFiles {
 public:
  // Remembers what the file holds; a file that is not there is left out.
  Result<void> save(const std::string& path);
  // Remembers what the file holds and writes another text; a missing file is left out.
  Result<void> save_and_set(const std::string& path, const std::string& text);
  // Puts everything back and forgets it. All files are tried; returns the first error.
  Result<void> restore();

 private:
  struct Saved {
    SysFile file;
    std::string text;
  };
  std::vector<Saved> saved_;
};

}  // namespace ksmsim::live
