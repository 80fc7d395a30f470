// Dumps made up for tests, and what an import makes of them.
#pragma once
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/importers/made_up.hpp"
#include "traces/dumps/importer.hpp"

namespace ksmsim::traces::dumps::made_up {

using namespace ksmsim::traces::made_up;

inline Dump dump(const std::string& bytes, std::int64_t at = 0) {
  return {seconds(at), "file",
          [bytes]() -> Result<std::unique_ptr<std::istream>> { return stream(bytes); }};
}
inline Dump piped(const std::string& bytes) {
  return {kStart, "pipe", [bytes]() -> Result<std::unique_ptr<std::istream>> {
            return std::unique_ptr<std::istream>{std::make_unique<Pipe>(bytes)};
          }};
}

inline DumpOptions options() {
  DumpOptions options;
  options.moments.open_temp = in_memory();
  return options;
}

struct Imported {
  std::vector<DumpReport> reports;
  TraceHeader header;
  Operations operations;
};

inline Imported import(const std::vector<DumpedGuest>& guests, DumpOptions how = options(),
                       const HashKey& under = key()) {
  return imported<Imported>(DumpImport(under, std::move(how)), guests);
}
inline Imported import(const std::string& bytes, DumpOptions how = options()) {
  return import({{"g", {dump(bytes)}}}, std::move(how));
}

inline std::string refusal(const Dump& dump, DumpOptions how = options()) {
  DumpImport import(key(), std::move(how));
  const auto reports = import.read({{"g", {dump}}});
  REQUIRE(!reports.ok());
  CHECK(reports.error().text.find('\n') == std::string::npos);
  return reports.error().text;
}
inline std::string refusal(const std::string& bytes) { return refusal(dump(bytes)); }

}  // namespace ksmsim::traces::dumps::made_up
