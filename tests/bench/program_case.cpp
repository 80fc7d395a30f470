#include "tests/bench/program_case.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "sim/base/random.hpp"
#include "tests/bench/child.hpp"

namespace ksmsim::bench {
namespace {

constexpr std::size_t kWords = 512;  // Of 64 bits, in a page.

Result<ProgramRun> run_program(const std::vector<std::string>& words) {
  const auto child = run_child(words);
  if (!child) return child.error();
  if (child->status != 0) {
    return Error{words[0] + " " + words[1] + ": status " + std::to_string(child->status) + ": " +
                 child->said.substr(0, child->said.find('\n'))};
  }
  return ProgramRun{child->wall_s, child->cpu_s};
}

// Page number n of all random ones: the same number, the same bytes.
void append_random_page(std::vector<std::uint64_t>& to, std::uint64_t n) {
  RandomStream random(n, "random page");
  for (std::size_t i = 0; i < kWords; ++i) to.push_back(random.next());
}

}  // namespace

Result<ProgramRun> replay_example(const std::string& ksmsim) {
  return run_program(
      {ksmsim, "--trace", KSMSIM_SOURCE_DIR "/traces/examples/three-debian-guests.bin"});
}

Result<void> MemoryImage::make() {
  auto folder = TempFolder::make();
  if (!folder) return folder.error();
  folder_.emplace(std::move(*folder));
  const std::string path = folder_->path() + "/image";
  std::ofstream out(path, std::ios::binary);
  RandomStream random(1, "memory image");
  std::vector<std::uint64_t> run;
  std::uint64_t random_pages = 0;
  for (std::uint64_t page = 0; page < kPages;) {
    const std::uint64_t length = std::min(random.between(1, 64), kPages - page);
    const std::uint64_t percent = random.below(100);
    run.clear();
    if (percent < 30) {
      run.resize(length * kWords);
    } else if (percent < 50 && random_pages > 0) {
      for (std::uint64_t i = 0; i < length; ++i) {
        append_random_page(run, random.below(random_pages));
      }
    } else {
      for (std::uint64_t i = 0; i < length; ++i) append_random_page(run, random_pages++);
    }
    out.write(reinterpret_cast<const char*>(run.data()),
              static_cast<std::streamsize>(run.size() * sizeof run[0]));
    page += length;
  }
  out.close();
  if (!out) return Error{path + ": cannot be written (" + std::to_string(kPages >> 18) + " GiB)"};
  sync();  // No writing back while it is measured.
  return {};
}

Result<ProgramRun> MemoryImage::import(const std::string& ksmsim) const {
  const std::string trace = folder_->path() + "/guests.bin";
  std::filesystem::remove(trace);
  return run_program({ksmsim, "import", "dump", folder_->path() + "/image", "-o", trace});
}

}  // namespace ksmsim::bench
