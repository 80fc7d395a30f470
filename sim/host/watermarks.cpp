#include "sim/host/watermarks.hpp"

#include <algorithm>

#include "sim/mem/host_memory.hpp"

namespace ksmsim::host {
namespace {

// The largest whole number whose square is not above n.
std::int64_t root(std::int64_t n) {
  std::int64_t r = 0;
  for (std::int64_t bit = std::int64_t{1} << 31; bit > 0; bit /= 2) {
    if ((r + bit) * (r + bit) <= n) r += bit;
  }
  return r;
}

// khugepaged wants room to put huge pages together: two page blocks and 3 x 3 for kinds of pages
// that keep apart, in every zone (DMA, DMA32, and a Normal one for each node); at most a twentieth
// of RAM.
std::int64_t recommended_by_khugepaged(const RamOptions& options) {
  const std::int64_t zones = 2 + static_cast<std::int64_t>(options.numa_nodes);
  return std::min(zones * (2 + 9) * mem::kBlockPages * kPageKb, options.total_kb / 20);
}

}  // namespace

std::int64_t usual_min_free_kb(std::int64_t total_kb) {
  return std::clamp<std::int64_t>(root(total_kb * 16), 128, 262'144);
}

Watermarks watermarks(const RamOptions& options) {
  std::int64_t min = options.min_free_kb;
  if (min == 0) {
    min = usual_min_free_kb(options.total_kb);
    if (options.khugepaged.pages_to_scan > 0) {
      min = std::max(min, recommended_by_khugepaged(options));
    }
  }
  const std::int64_t step =
      std::max(min / 4, options.total_kb / 10'000 * options.watermark_scale_factor);
  return {min, min + step, min + 2 * step};
}

}  // namespace ksmsim::host
