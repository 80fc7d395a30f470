#include "traces/header.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>

namespace ksmsim::traces {

Result<void> check_header(const TraceHeader& header) {
  if (header.page_bytes != kPageBytes) {
    return Error{
        fmt::format("pages of {} bytes; only {} are known", header.page_bytes, kPageBytes)};
  }
  if (header.time_unit_ns != 1) {
    return Error{fmt::format("times in units of {} ns; only 1 is known", header.time_unit_ns)};
  }
  if (header.block_bytes == 0 || header.block_bytes > kBlockBytesMax) {
    return Error{
        fmt::format("blocks of {} bytes, not 1 to {}", header.block_bytes, kBlockBytesMax)};
  }
  if (header.classes.empty() || header.classes[0] != "unknown") {
    return Error{"the first class is not 'unknown'"};
  }
  if (header.classes.size() > std::size_t{std::numeric_limits<ClassId::rep>::max()} + 1) {
    return Error{fmt::format("{} classes, more than 65536", header.classes.size())};
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < header.classes.size(); ++i) {
    if (header.classes[i].empty()) return Error{fmt::format("class {} has no name", i)};
    if (!names.insert(header.classes[i]).second) {
      return Error{fmt::format("the name of class {} comes twice", i)};
    }
  }
  for (std::size_t i = 0; i < header.regions.size(); ++i) {
    const Region& region = header.regions[i];
    if (region.guest >= header.guests.size()) {
      return Error{fmt::format("region {} belongs to guest {} of {}", i, region.guest,
                               header.guests.size())};
    }
    if (region.count.value == 0 || region.start.value >= kPageIndexEnd ||
        region.count.value > kPageIndexEnd - region.start.value) {
      return Error{fmt::format("region {} is empty or ends beyond page {}", i, kPageIndexEnd)};
    }
  }
  return {};
}

}  // namespace ksmsim::traces
