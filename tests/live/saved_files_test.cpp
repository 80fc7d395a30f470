#include "live/saved_files.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace ksmsim::live {
namespace {

// A file in the working folder that goes with the object.
struct TempFile {
  std::string path;
  TempFile(std::string name, const std::string& text) : path(std::move(name)) {
    std::ofstream(path) << text;
  }
  ~TempFile() { std::remove(path.c_str()); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  std::string text() const {
    std::stringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }
};

TEST_CASE("Saved settings come back, and of a list of choices the chosen one") {
  const TempFile number{"saved-number", "20"};
  const TempFile choice{"saved-choice", "always [madvise] never\n"};
  SavedFiles saved;
  REQUIRE(saved.save_and_set(number.path, "77"));
  REQUIRE(saved.save(choice.path));
  CHECK(number.text() == "77");
  REQUIRE(saved.restore());
  CHECK(number.text() == "20");
  // A file of sysfs takes the word alone; an ordinary one keeps what lies behind it.
  CHECK(choice.text().substr(0, 7) == "madvise");
}

TEST_CASE("What was restored once is not restored again") {
  const TempFile file{"saved-once", "1"};
  SavedFiles saved;
  REQUIRE(saved.save_and_set(file.path, "2"));
  REQUIRE(saved.restore());
  std::ofstream(file.path) << "3";
  REQUIRE(saved.restore());
  CHECK(file.text() == "3");
}

TEST_CASE("A file saved twice ends as it was at first") {
  const TempFile file{"saved-twice", "1"};
  SavedFiles saved;
  REQUIRE(saved.save_and_set(file.path, "2"));
  REQUIRE(saved.save_and_set(file.path, "3"));
  REQUIRE(saved.restore());
  CHECK(file.text() == "1");
}

TEST_CASE("A setting that the kernel lacks is left out") {
  SavedFiles saved;
  REQUIRE(saved.save_and_set("no-such-setting", "1"));
  REQUIRE(saved.restore());
  CHECK_FALSE(file_there("no-such-setting"));
}

}  // namespace
}  // namespace ksmsim::live
