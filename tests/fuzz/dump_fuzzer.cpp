// Memory dumps that nobody vouches for: reading them ends with operations that OperationChecker
// accepts, or with an Error of one line. A pipe, where it works, gives the same as a file.
//
// Input: a byte of switches, a byte that says where (in 16ths of the rest) a second dump of the
// guest begins, then the dumps.
#include <zstd.h>

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/imported.hpp"
#include "traces/dumps/importer.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::dumps;

namespace {

constexpr unsigned kPacked = 1, kRaw = 2, kElf = 4, kAbsent = 8, kSmall = 16, kHigh = 32;

class PipeBuffer : public std::stringbuf {
 public:
  explicit PipeBuffer(const std::string& bytes) : std::stringbuf(bytes, std::ios::in) {}

 protected:
  pos_type seekoff(off_type, std::ios::seekdir, std::ios::openmode) override { return -1; }
  pos_type seekpos(pos_type, std::ios::openmode) override { return -1; }
};

class Pipe : public std::istream {
 public:
  explicit Pipe(const std::string& bytes) : std::istream(nullptr), buffer_(bytes) {
    rdbuf(&buffer_);
  }

 private:
  PipeBuffer buffer_;
};

std::string packed(const std::string& bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 1));
  return out;
}

enum class Through { file, pipe };
std::optional<Operations> import(const std::vector<std::string>& dumps, unsigned switches,
                                 Through through) {
  DumpOptions options;
  options.moments.open_temp = open_in_memory;
  options.moments.changes_memory_bytes = (switches & kSmall) != 0 ? 24 : 1 << 16;
  options.moments.distinct_memory_bytes = (switches & kSmall) != 0 ? 16 : 1 << 16;
  options.zeros = (switches & kAbsent) != 0 ? Zeros::absent : Zeros::present;
  if ((switches & kRaw) != 0) options.format = Format::raw;
  if ((switches & kElf) != 0) options.format = Format::elf;
  options.raw_base = PageIndex{(switches & kHigh) != 0 ? kPageIndexEnd - 1 : 0};
  DumpedGuest guest{"g", {}};
  for (std::size_t i = 0; i < dumps.size(); ++i) {
    const std::string& bytes = dumps[i];
    guest.dumps.push_back({at_nanoseconds(static_cast<std::int64_t>(i) * 1000), "dump",
                           [&bytes, through]() -> Result<std::unique_ptr<std::istream>> {
                             if (through == Through::pipe) {
                               return std::unique_ptr<std::istream>{std::make_unique<Pipe>(bytes)};
                             }
                             return std::unique_ptr<std::istream>{
                                 std::make_unique<std::istringstream>(bytes)};
                           }});
  }
  DumpImport import(key(), std::move(options));
  const auto reports = import.read({guest});
  if (!reports) {
    check_error(reports.error());
    return std::nullopt;
  }
  return operations_of(import);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const unsigned switches = bytes[0];
  const std::string rest(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  const std::size_t second = rest.size() * (bytes[1] % 17) / 16;
  std::vector<std::string> dumps = {rest.substr(0, second), rest.substr(second)};
  if (second == 0) dumps.erase(dumps.begin());
  if (second == rest.size()) dumps.resize(1);
  if ((switches & kPacked) != 0) {
    for (std::string& dump : dumps) dump = packed(dump);
  }
  const auto from_file = import(dumps, switches, Through::file);
  const auto from_pipe = import(dumps, switches, Through::pipe);
  check(!from_pipe || from_pipe == from_file);
  return 0;
}
