#include "tests/bench/simulated_ksm.hpp"

#include "sim/base/check.hpp"
#include "tests/bench/cpu_clock.hpp"

namespace ksmsim::bench {

double SimulatedKsm::measure() {
  if (!kernel_ || case_.again == Again::afresh) make_pages();
  while (next_pass_ < case_.pass) carry_out_pass();
  return carry_out_pass() / static_cast<double>(case_.pages);
}

void SimulatedKsm::make_pages() {
  kernel_ = nullptr;  // The old one goes before there is a new one: one case's memory at a time.
  kernel_ = std::make_unique<host::Lockstep>(ksm::newest_traits());
  next_pass_ = 0;
  KSM_CHECK(kernel_->set({"pages_to_scan", "2000000000"}) == ksm::WriteError::none);
  KSM_CHECK(kernel_->set({"use_zero_pages", case_.use_zero_pages ? "1" : "0"}) ==
            ksm::WriteError::none);
  const input::PageRange all{MmId{0}, PageIndex{0}, PageCount{case_.pages}};
  KSM_CHECK(kernel_->apply(input::Begin{MmId{0}, "pages"}));
  KSM_CHECK(kernel_->apply(input::Map{all, input::Mergeable::yes}));
  write_pages(0);
}

void SimulatedKsm::write_pages(int pass) {
  input::Contents held;
  held.each = contents_of(case_, pass);
  const input::PageRange all{MmId{0}, PageIndex{0}, PageCount{case_.pages}};
  KSM_CHECK(kernel_->apply(input::Write{all, std::move(held), ClassId{}}));
}

double SimulatedKsm::carry_out_pass() {
  if (case_.contents == Contents::rewritten && next_pass_ > 0) write_pages(next_pass_);
  const std::int64_t scanned = kernel_->counters().pages_scanned;
  const double begin = cpu_ns();
  if (next_pass_ == 0) {
    KSM_CHECK(kernel_->set({"run", "1"}) == ksm::WriteError::none);
  } else {
    kernel_->wake();
  }
  const double taken = cpu_ns() - begin;
  // Whole passes of the right pages, or the figure means nothing.
  const auto visited = static_cast<std::uint64_t>(kernel_->counters().pages_scanned - scanned);
  KSM_CHECK(next_pass_ < case_.pass || visited == case_.visited());
  ++next_pass_;
  return taken;
}

}  // namespace ksmsim::bench
