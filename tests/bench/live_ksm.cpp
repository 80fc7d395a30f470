#include "tests/bench/live_ksm.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace ksmsim::bench {
namespace {

constexpr std::size_t kPageSize = 4096;
// ksmd sleeps as good as for ever; another value wakes it for one batch.
constexpr long long kLongSleep = 100'000'000;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string find_ksmd() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (text_of(entry.path() / "comm") == "ksmd\n") return entry.path();
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<LiveKsm>> LiveKsm::start(const KsmCase& c) {
  std::unique_ptr<LiveKsm> live(new LiveKsm(c));
  live->ksmd_ = find_ksmd();
  if (live->ksmd_.empty()) return Error{"no ksmd in /proc"};
  auto knobs = KsmKnobs::take();
  if (!knobs) return knobs.error();
  live->knobs_ = std::move(*knobs);
  return live;
}

LiveKsm::~LiveKsm() {
  if (knobs_) (void)stop();
  if (memory_ != nullptr) munmap(memory_, bytes_);
}

Result<double> LiveKsm::measure() {
  if (memory_ == nullptr || case_.again == Again::afresh) {
    if (auto r = make_pages(); !r) return r.error();
  }
  while (next_pass_ < case_.pass) {
    if (auto r = carry_out_pass(); !r) return r.error();
  }
  const auto taken = carry_out_pass();
  if (!taken) return taken.error();
  return *taken / static_cast<double>(case_.pages);
}

// ksmd waits for work, and KSM knows nothing of any page.
Result<void> LiveKsm::stop() {
  const auto slept = KsmKnobs::read("sleep_millisecs");
  if (!slept) return slept.error();
  if (auto r = knobs_->write("run", 0); !r) return r;
  if (auto r = knobs_->write("sleep_millisecs", *slept + 1); !r) return r;
  wait_until_asleep();
  if (auto r = knobs_->write("run", 2); !r) return r;
  return knobs_->write("run", 0);
}

Result<void> LiveKsm::make_pages() {
  if (auto r = stop(); !r) return r;
  if (memory_ != nullptr) munmap(memory_, bytes_);
  bytes_ = case_.pages * kPageSize;
  void* const made =
      mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) return memory_ = nullptr, Error{std::strerror(errno)};
  memory_ = static_cast<char*>(made);
  madvise(memory_, bytes_, MADV_NOHUGEPAGE);
  write_pages(0, true);
  const std::pair<const char*, long long> knobs[] = {{"sleep_millisecs", kLongSleep},
                                                     {"pages_to_scan", 2'000'000'000},
                                                     {"smart_scan", 0},
                                                     {"max_page_sharing", 256},
                                                     {"use_zero_pages", case_.use_zero_pages}};
  for (const auto& [name, value] : knobs) {
    if (!KsmKnobs::exists(name)) continue;  // smart_scan came with 6.7.
    if (auto r = knobs_->write(name, value); !r) return r;
  }
  if (madvise(memory_, bytes_, MADV_MERGEABLE) != 0) {
    return Error{std::string("MADV_MERGEABLE: ") + std::strerror(errno)};
  }
  next_pass_ = 0;
  return {};
}

// Big-endian, so that the bytes' order is the identities'.
void LiveKsm::write_pages(int pass, bool whole) {
  const std::vector<std::uint64_t> ids = contents_of(case_, pass);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    char* const page = memory_ + i * kPageSize;
    if (whole) std::memset(page, 0, kPageSize);
    const std::uint64_t bytes = __builtin_bswap64(ids[i]);
    std::memcpy(page, &bytes, sizeof bytes);
  }
}

Result<double> LiveKsm::carry_out_pass() {
  if (case_.contents == Contents::rewritten && next_pass_ > 0) write_pages(next_pass_, false);
  const auto scanned = KsmKnobs::read("pages_scanned");
  if (!scanned) return scanned.error();
  const double before = ksmd_ns();
  const auto begun = next_pass_ == 0
                         ? knobs_->write("run", 1)
                         : knobs_->write("sleep_millisecs", kLongSleep + next_pass_ % 2);
  if (!begun) return begun.error();
  wait_until_asleep();
  const double taken = ksmd_ns() - before;
  const auto now = KsmKnobs::read("pages_scanned");
  if (!now) return now.error();
  const auto visited = static_cast<std::uint64_t>(*now - *scanned);
  if (next_pass_ >= case_.pass && visited != case_.visited()) {
    return Error{"ksmd visited " + std::to_string(visited) + " pages instead of " +
                 std::to_string(case_.visited()) + ": something else uses KSM"};
  }
  ++next_pass_;
  return taken;
}

// Until ksmd sleeps and its account stands still.
void LiveKsm::wait_until_asleep() const {
  for (double before = -1;;) {
    usleep(500);
    const std::string stat = text_of(ksmd_ + "/stat");
    const std::size_t name_end = stat.rfind(')');
    const bool asleep = name_end + 2 < stat.size() && stat[name_end + 2] == 'S';
    const double now = ksmd_ns();
    if (asleep && now == before) return;
    before = now;
  }
}

double LiveKsm::ksmd_ns() const {
  return std::strtod(text_of(ksmd_ + "/schedstat").c_str(), nullptr);
}

}  // namespace ksmsim::bench
