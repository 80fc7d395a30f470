// A trace that grows is a whole trace whenever somebody looks.
#include "live/capture/growing_trace.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "traces/reader.hpp"

namespace ksmsim::live::capture {
namespace {

namespace fs = std::filesystem;
using Catch::Matchers::Contains;

// A folder of its own, gone at the end.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("ksmsim-growing-" + std::to_string(getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

input::TimedOperation write(std::int64_t ns, std::uint64_t page, std::uint64_t content) {
  return {at_nanoseconds(ns),
          input::Write{{MmId{0}, PageIndex{page}, PageCount{1}}, {content, 1, {}}, ClassId{0}}};
}

traces::TraceHeader header() {
  traces::TraceHeader h;
  h.classes = {"unknown"};
  return h;
}

void begin(GrowingTrace& trace) {
  REQUIRE(trace.begin(header()));
  REQUIRE(trace.add({kStart, input::Begin{MmId{0}, "web"}}));
  REQUIRE(trace.add({kStart, input::Map{{MmId{0}, PageIndex{0}, PageCount{1000}}}}));
}

// How many operations a file holds, read to its good end.
std::uint64_t operations_in(const std::string& path) {
  auto reader = traces::TraceReader::open(std::make_unique<std::ifstream>(path, std::ios::binary));
  REQUIRE(reader);
  for (;;) {
    const auto next = reader->next();
    INFO((next ? "" : next.error().text));
    REQUIRE(next);
    if (!*next) return reader->good().operations;
  }
}

TEST_CASE("A growing trace appears with its first commit, for its owner only") {
  const Folder folder;
  const std::string path = folder / "a.bin";
  auto trace = GrowingTrace::create(path, Replace::no);
  REQUIRE(trace);
  begin(*trace);
  CHECK_FALSE(fs::exists(path));
  REQUIRE(trace->commit());
  struct stat file {};
  REQUIRE(stat(path.c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  CHECK(operations_in(path) == 2);
}

TEST_CASE("A growing trace is whole after every commit") {
  const Folder folder;
  const std::string path = folder / "a.bin";
  auto trace = GrowingTrace::create(path, Replace::no);
  REQUIRE(trace);
  begin(*trace);
  for (std::int64_t i = 0; i < 50; ++i) {
    for (std::uint64_t page = 0; page < 20; ++page) {
      REQUIRE(trace->add(write(i, page, page * 7919 + static_cast<std::uint64_t>(i))));
    }
    REQUIRE(trace->commit());
    CHECK(operations_in(path) == 2 + 20 * static_cast<std::uint64_t>(i + 1));
    CHECK(fs::file_size(path) == trace->bytes());
  }
  REQUIRE(trace->commit());  // Nothing new: nothing changes.
  CHECK(operations_in(path) == 2 + 20 * 50);
}

TEST_CASE("Without a commit nothing is left of a growing trace") {
  const Folder folder;
  {
    auto trace = GrowingTrace::create(folder / "a.bin", Replace::no);
    REQUIRE(trace);
    begin(*trace);
  }
  CHECK(fs::is_empty(folder.path));
}

TEST_CASE("A growing trace takes no other file's place unless told to") {
  const Folder folder;
  const std::string path = folder / "a.bin";
  std::ofstream(path) << "precious";
  const auto refused = GrowingTrace::create(path, Replace::no);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Contains("--force"));
  {
    auto trace = GrowingTrace::create(path, Replace::yes);
    REQUIRE(trace);
    begin(*trace);
    // Until there is something better, what is there stays.
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    CHECK(text.str() == "precious");
    REQUIRE(trace->commit());
  }
  CHECK(operations_in(path) == 2);
  CHECK_FALSE(GrowingTrace::create(folder.path.string(), Replace::yes));
}

TEST_CASE("A file that came meanwhile is not written over") {
  const Folder folder;
  const std::string path = folder / "a.bin";
  auto trace = GrowingTrace::create(path, Replace::no);
  REQUIRE(trace);
  begin(*trace);
  std::ofstream(path) << "precious";
  CHECK_FALSE(trace->commit());
  CHECK(fs::file_size(path) == 8);
}

}  // namespace
}  // namespace ksmsim::live::capture
