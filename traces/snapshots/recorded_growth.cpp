#include "traces/snapshots/recorded_growth.hpp"

#include "traces/snapshots/counters.hpp"

namespace ksmsim::traces::snapshots {

Result<looks::ResidentGrowth> read_growth(const Dataset& data) {
  looks::ResidentGrowth growth;
  if (auto in = data.files->open(kCountersFile);
      !in || (*in)->peek() == std::istream::traits_type::eof()) {
    return growth;
  }
  auto counters = CounterReader::open(*data.files);
  if (!counters) return counters.error();
  for (;;) {
    const auto row = counters->next();
    if (!row) return row.error();
    if (!*row) return growth;
    for (std::size_t g = 0; g < data.guests.size(); ++g) {
      const std::int64_t* pages = (*row)->find(data.guests[g].name + "_rss_pages");
      if (pages == nullptr || *pages < 0 || *pages > std::int64_t{1} << 40) continue;
      growth.note(static_cast<std::uint32_t>(g), data.guests[g].start.value_or((*row)->at),
                  (*row)->at, static_cast<std::uint64_t>(*pages));
    }
  }
}

}  // namespace ksmsim::traces::snapshots
