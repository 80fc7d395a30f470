// Snapshot sets that nobody vouches for: loading and importing end with operations that
// OperationChecker accepts, or with an Error of one line.
//
// Input: meta.json, a byte 0, counters.csv, a byte 0, then the bytes of all page files. The first
// byte of these says whether they are packed here (even), so that the fuzzer gets past zstd, or
// are a zstd stream themselves (odd).
#include <zstd.h>

#include <memory>
#include <string>

#include "sim/input/operation_checker.hpp"
#include "tests/fuzz/promises.hpp"
#include "traces/snapshots/importer.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::snapshots;

namespace {

// The same page file under every name.
class OneSet : public Files {
 public:
  OneSet(std::string meta, std::string counters, std::string pages) {
    files_.put("meta.json", std::move(meta));
    files_.put("counters.csv", std::move(counters));
    files_.put("pages", std::move(pages));
  }
  Result<std::unique_ptr<std::istream>> open(const std::string& name) const override {
    return files_.open(name == "meta.json" || name == "counters.csv" ? name : "pages");
  }

 private:
  FilesInMemory files_;
};

std::string take_until_zero(std::string& bytes) {
  const auto at = bytes.find('\0');
  std::string part = bytes.substr(0, at);
  bytes.erase(0, at == std::string::npos ? at : at + 1);
  return part;
}

std::string page_file(const std::string& bytes) {
  if (bytes.empty() || bytes[0] % 2 != 0) return bytes.substr(bytes.empty() ? 0 : 1);
  std::string packed(ZSTD_compressBound(bytes.size() - 1), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data() + 1, bytes.size() - 1, 1));
  return packed;
}

void import(const Dataset& data, const ImportOptions& options) {
  input::OperationChecker checker;
  const auto report =
      import_recording(data, options, [&checker](const input::TimedOperation& timed) {
        check(checker.apply(timed).ok());
        return Result<void>{};
      });
  if (!report) check_error(report.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string rest(reinterpret_cast<const char*>(bytes), size);
  std::string meta = take_until_zero(rest);
  std::string counters = take_until_zero(rest);
  const auto data =
      load_dataset(std::make_shared<OneSet>(std::move(meta), std::move(counters), page_file(rest)));
  if (!data) {
    check_error(data.error());
    return 0;
  }
  if (auto header = make_header(*data, Numbering::hashes)) check(check_header(*header).ok());
  ImportOptions options;
  options.counters = Include::yes;
  import(*data, options);
  options.placement = static_cast<traces::looks::Placement>(size % 4);
  options.grain = Duration{static_cast<std::int64_t>(size % 3)};
  options.contents = Numbering::ranks;
  options.from = at_nanoseconds(1);
  if (data->frozen) options.order = data->frozen->scan_order;
  import(*data, options);
  for (std::size_t i = 0; i < data->snapshots.size() && i < 2; ++i) {
    input::OperationChecker checker;
    const auto report = import_snapshot(*data, i, options.order, Numbering::hashes,
                                        [&checker](const input::TimedOperation& timed) {
                                          check(checker.apply(timed).ok());
                                          return Result<void>{};
                                        });
    if (!report) check_error(report.error());
  }
  return 0;
}
