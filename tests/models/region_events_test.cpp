// Whatever happens to a guest, in whatever order: RegionBench checks what each operation touches.
#include <array>
#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

// What regions are told of; the guest keeps the rest to itself.
constexpr std::array kTold{EventKind::login,   EventKind::work,      EventKind::idle,
                           EventKind::update,  EventKind::antivirus, EventKind::backup,
                           EventKind::reboot,  EventKind::suspend,   EventKind::resume,
                           EventKind::inflate, EventKind::deflate};

// Parameters that make much happen within minutes.
std::map<std::string, std::string> busy(std::string_view kind) {
  if (kind == "page-cache") return {{"read", "5"}, {"catalog_size", "20"}, {"own_size", "10"}};
  if (kind == "database-pool") return {{"read", "5"}, {"write", "2"}, {"table_size", "20"}};
  if (kind == "zeroed") return {{"use", "2"}, {"release", "2"}, {"combine_every", "20"}};
  if (kind == "heap") return {{"like", "\"desktop\""}, {"pattern_part", "0.1"}};
  if (kind == "encrypted") return {{"lifetimes", "[[1, 20]]"}};
  return {};
}

}  // namespace

TEST_CASE("regions of any size keep to their pages through random events") {
  for (const RegionKind& kind : region_kinds()) {
    for (const std::uint64_t pages : {1u, 7u, 255u, 1000u, 2561u}) {
      INFO(kind.name << " of " << pages << " pages");
      RandomStream random(pages, kind.name);
      const Setting setting{
          .seed = 1, .guest = "g", .number = 0, .pages = pages, .over = seconds(20)};
      RegionBench bench(kind.name, setting, busy(kind.name));
      bench.tell(EventKind::boot, seconds(20));
      for (int i = 0; i < 60; ++i) {
        bench.run_until(bench.now() + milliseconds(random.below(20'000)));
        bench.tell(kTold[random.below(kTold.size())], milliseconds(random.below(3) * 7001));
      }
      bench.run_until(bench.now() + seconds(60));
      CHECK(bench.written() + bench.read() > 0);
    }
  }
}
