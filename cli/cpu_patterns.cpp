#include "cli/cpu_patterns.hpp"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/host/lockstep.hpp"

namespace ksmsim::cli {
namespace {

// How often each content comes; 0 if the pattern is not known.
std::uint64_t group_size(const std::string& name) {
  if (name == "unique" || name == "ordered" || name == "rewritten") return 1;
  std::uint64_t size = 0;
  for (const std::string_view prefix : {"groups:", "chains:"}) {
    if (!name.starts_with(prefix)) continue;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), size);
  }
  return size;
}

std::vector<std::uint64_t> contents(const CpuPattern& pattern, std::uint64_t group) {
  std::vector<std::uint64_t> ids(pattern.pages, 0);
  if (group == 0) return ids;  // Zeros.
  for (std::uint64_t i = 0; i < ids.size(); ++i) ids[i] = 1 + i / group;
  if (pattern.name != "ordered") {
    RandomStream random(1, "order of pages");
    for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[random.below(i)]);
  }
  return ids;
}

}  // namespace

std::vector<input::SetKnob> knobs_of(const CpuPattern& pattern) {
  if (pattern.name == "zero:1") return {{"use_zero_pages", "1"}};
  if (pattern.name.starts_with("chains:")) return {{"max_page_sharing", "2"}};
  return {};
}

std::vector<std::uint64_t> contents_before(const CpuPattern& pattern, int pass) {
  const bool rewritten = pattern.name == "rewritten";
  if (pass > 1 && !rewritten) return {};
  auto ids = contents(pattern, group_size(pattern.name));
  if (rewritten) {
    for (auto& id : ids) id += static_cast<std::uint64_t>(pass - 1) * pattern.pages;
  }
  return ids;
}

Result<cost::Work> work_of_pass(const CpuPattern& pattern, int pass, const ksm::Traits& traits) {
  const bool zeros = pattern.name == "zero" || pattern.name == "zero:1";
  const std::uint64_t group = group_size(pattern.name);
  if (!zeros && group == 0) return Error{"pattern '" + pattern.name + "' is not known"};
  if (pattern.differ_at != "first" && pattern.differ_at != "last") {
    return Error{"differ_at has to be 'first' or 'last', not '" + pattern.differ_at + "'"};
  }
  const std::uint32_t agreed = pattern.differ_at == "first" ? 8 : kPageBytes;
  host::Lockstep lockstep(traits, {.otherwise = agreed, .by_class = {}});
  for (const input::SetKnob& knob : knobs_of(pattern)) (void)lockstep.set(knob);
  (void)lockstep.set({"pages_to_scan", "2000000000"});
  const input::PageRange all{MmId{0}, PageIndex{0}, PageCount{pattern.pages}};
  (void)lockstep.apply(input::Begin{MmId{0}, "pages"});
  (void)lockstep.apply(input::Map{all});
  cost::Work before;
  for (int n = 1; n <= pass; ++n) {
    if (auto ids = contents_before(pattern, n); !ids.empty()) {
      (void)lockstep.apply(input::Write{all, {.each = std::move(ids)}, {}});
    }
    before = lockstep.work();
    if (n == 1) {
      (void)lockstep.set({"run", "1"});
    } else {
      lockstep.wake();
    }
  }
  cost::Work work;
  cost::for_each_unit(
      [&](const char*, auto unit) { work.*unit = lockstep.work().*unit - before.*unit; });
  return work;
}

}  // namespace ksmsim::cli
