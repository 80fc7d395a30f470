#include "tests/bench/memory_case.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "sim/base/mix.hpp"
#include "sim/host/lockstep.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/cpu_clock.hpp"

namespace ksmsim::bench {
namespace {

// Of 100 pages of the example's guests.
constexpr std::uint64_t kExampleUnshared = 44;
constexpr std::uint64_t kExampleShared = 17;

// Peak of this process's memory. Units: bytes.
std::uint64_t peak_bytes() {
  std::ifstream in("/proc/self/status");
  std::string word;
  while (in >> word) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && in >> kib) return kib * 1024;
  }
  return 0;
}

// What page i holds; mixed, so that the order of contents has nothing to do with that of pages.
std::uint64_t content_of(const MemoryCase& c, std::uint64_t i) {
  switch (c.mix) {
    case Mix::unshared:
      return mix64(i + 1);
    case Mix::merged:
      return mix64(i % (c.pages / 2) + 1);
    case Mix::example:
      break;
  }
  const std::uint64_t hundred = i / 100;
  const std::uint64_t place = i % 100;
  if (place < kExampleUnshared) return mix64(i + 1);
  const std::uint64_t equals = hundred * (100 - kExampleUnshared) + place - kExampleUnshared;
  return mix64(c.pages + 1 + equals % (c.pages / 100 * kExampleShared));
}

}  // namespace

std::string name_of(Mix mix) {
  switch (mix) {
    case Mix::unshared:
      return "unshared";
    case Mix::merged:
      return "merged";
    case Mix::example:
      break;
  }
  return "example";
}

std::vector<MemoryCase> memory_cases() {
  std::vector<MemoryCase> all;
  for (const std::uint64_t millions : {1u, 4u, 16u, 64u}) {
    for (const Mix mix : kMixes) all.push_back({mix, millions * 1'000'000});
  }
  return all;
}

int run_memory_case(const MemoryCase& c) {
  constexpr std::uint64_t kPiece = 65536;  // Pages an operation, so that operations take no room.
  const std::uint64_t before = peak_bytes();
  const double begin = cpu_ns();
  host::Lockstep kernel(ksm::newest_traits());
  (void)kernel.set({"pages_to_scan", "2000000000"});
  KSM_CHECK(kernel.apply(input::Begin{MmId{0}, "pages"}));
  KSM_CHECK(
      kernel.apply(input::Map{{MmId{0}, PageIndex{0}, PageCount{c.pages}}, input::Mergeable::yes}));
  for (std::uint64_t i = 0; i < c.pages; i += kPiece) {
    input::Write write{{MmId{0}, PageIndex{i}, PageCount{std::min(kPiece, c.pages - i)}}, {}, {}};
    for (std::uint64_t k = 0; k < write.range.count.value; ++k) {
      write.contents.each.push_back(content_of(c, i + k));
    }
    KSM_CHECK(kernel.apply(write));
  }
  KSM_CHECK(kernel.set({"run", "1"}) == ksm::WriteError::none);
  kernel.wake();
  const double seconds = (cpu_ns() - begin) / 1e9;
  const std::uint64_t after = peak_bytes();
  const ksm::Counters counters = kernel.counters();
  const auto known = static_cast<std::uint64_t>(counters.pages_shared + counters.pages_sharing +
                                                counters.pages_unshared);
  if (before == 0 || after <= before || counters.full_scans != 2 || known != c.pages) {
    std::fprintf(stderr, "memory case: two whole passes were not measured\n");
    return 1;
  }
  std::printf("%.17g %.17g\n", static_cast<double>(after - before) / static_cast<double>(c.pages),
              seconds);
  return 0;
}

Result<MemoryMeasured> measure_memory(const MemoryCase& c) {
  const auto child = run_child({"/proc/self/exe", "--memory-mix", name_of(c.mix), "--memory-pages",
                                std::to_string(c.pages)});
  if (!child) return child.error();
  if (child->status != 0) return Error{child->said};
  char* rest = nullptr;
  MemoryMeasured m;
  m.bytes_per_page = std::strtod(child->said.c_str(), &rest);
  m.seconds = std::strtod(rest, nullptr);
  if (m.bytes_per_page <= 0) return Error{"the child said '" + child->said + "'"};
  return m;
}

}  // namespace ksmsim::bench
