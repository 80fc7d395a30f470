#include "cli/files.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace ksmsim;
using namespace ksmsim::cli;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

// A folder that is gone afterwards.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("ksmsim-files-" + std::to_string(getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{path}, {}));
  }
};

void put(const std::string& path, const std::string& text) { std::ofstream{path} << text; }

}  // namespace

TEST_CASE("an output file is in its place only once it is committed") {
  const Folder folder;
  const std::string path = folder.file("a");
  auto file = OutputFile::create(path, Overwrite::no);
  REQUIRE(file.ok());
  file->stream() << "text";
  CHECK_FALSE(fs::exists(path));
  REQUIRE(file->commit().ok());
  CHECK(*read_file(path) == "text");
  CHECK(folder.files() == 1);
}

TEST_CASE("an output file that is not committed leaves nothing behind") {
  const Folder folder;
  {
    auto file = OutputFile::create(folder.file("a"), Overwrite::no);
    REQUIRE(file.ok());
    file->stream() << "text" << std::flush;
    CHECK(folder.files() == 1);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("a file that is there is written over only if that is asked for") {
  const Folder folder;
  const std::string path = folder.file("a");
  put(path, "old");
  const auto refused = OutputFile::create(path, Overwrite::no);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().text == path + ": is there already; --force writes over it");
  auto file = OutputFile::create(path, Overwrite::yes);
  REQUIRE(file.ok());
  file->stream() << "new";
  CHECK(*read_file(path) == "old");
  REQUIRE(file->commit().ok());
  CHECK(*read_file(path) == "new");
}

TEST_CASE("a file that appears while another is written is not written over") {
  const Folder folder;
  const std::string path = folder.file("a");
  auto file = OutputFile::create(path, Overwrite::no);
  REQUIRE(file.ok());
  put(path, "theirs");
  CHECK_FALSE(file->commit().ok());
  CHECK(*read_file(path) == "theirs");
}

TEST_CASE("a link stays, and what it points to is replaced") {
  const Folder folder;
  put(folder.file("a"), "old");
  fs::create_symlink(folder.file("a"), folder.file("link"));
  auto file = OutputFile::create(folder.file("link"), Overwrite::yes);
  REQUIRE(file.ok());
  file->stream() << "new";
  REQUIRE(file->commit().ok());
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(*read_file(folder.file("a")) == "new");
}

TEST_CASE("what is not a regular file is never replaced") {
  CHECK_THAT(OutputFile::create("/dev/null", Overwrite::yes).error().text,
             Contains("/dev/null: is there and not a regular file"));
  CHECK_FALSE(OutputFile::create("/", Overwrite::yes).ok());
}

TEST_CASE("files that cannot be read or made are errors with their names") {
  const Folder folder;
  const std::string none = folder.file("none/a");
  CHECK(read_file(none).error().text == none + ": No such file or directory");
  CHECK(OutputFile::create(none, Overwrite::no).error().text ==
        none + ": No such file or directory");
  CHECK(open_input(folder.path.string()).error().text == folder.path.string() + ": Is a directory");
}

TEST_CASE("a file longer than any buffer is read whole") {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 50000; ++i) text += std::to_string(i);
  put(folder.file("a"), text);
  const bool same = *read_file(folder.file("a")) == text;
  CHECK(same);
}
