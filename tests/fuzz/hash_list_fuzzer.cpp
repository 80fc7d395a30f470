// Lists of page hashes that nobody vouches for: reading them ends with operations that
// OperationChecker accepts, or with an Error of one line. So little memory that everything goes to
// temporary files gives the same as plenty (if the switches say so: it is slow).
//
// Input: a byte of switches, then two lists with a byte 0 between.
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/imported.hpp"
#include "traces/hash_lists/importer.hpp"

using namespace ksmsim;
using namespace ksmsim::traces;
using namespace ksmsim::traces::hash_lists;

namespace {

constexpr unsigned kDecimal = 1, kZero = 2, kKey = 4, kTwice = 8;

std::optional<Operations> import(const std::vector<std::string>& texts, unsigned switches,
                                 std::size_t memory) {
  ListOptions options;
  options.moments.open_temp = open_in_memory;
  options.moments.changes_memory_bytes = options.moments.distinct_memory_bytes = memory;
  options.base = (switches & kDecimal) != 0 ? Base::decimal : Base::hexadecimal;
  if ((switches & kZero) != 0) options.zero = Hash{};
  if ((switches & kKey) != 0) options.key = key();
  std::vector<List> lists;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts[i];
    lists.push_back({"g", at_nanoseconds(static_cast<std::int64_t>(i) * 1000), "list",
                     [&text]() -> Result<std::unique_ptr<std::istream>> {
                       return std::unique_ptr<std::istream>{
                           std::make_unique<std::istringstream>(text)};
                     }});
  }
  ListImport import(std::move(options));
  const auto reports = import.read(lists);
  if (!reports) {
    check_error(reports.error());
    return std::nullopt;
  }
  return operations_of(import);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const std::string rest(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  std::vector<std::string> texts = {rest.substr(0, rest.find('\0'))};
  if (texts[0].size() < rest.size()) texts.push_back(rest.substr(texts[0].size() + 1));
  const auto operations = import(texts, bytes[0], 1 << 16);
  if ((bytes[0] & kTwice) != 0) check(import(texts, bytes[0], 8) == operations);
  return 0;
}
