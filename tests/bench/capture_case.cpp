#include "tests/bench/capture_case.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "live/capture/guest_reader.hpp"
#include "sim/base/random.hpp"
#include "tests/bench/cpu_clock.hpp"

namespace ksmsim::bench {
namespace {

constexpr std::size_t kBlock = live::capture::kBlockPages * kPageBytes;
static_assert(CapturedMemory::kBytes % kBlock == 0);

Error failed(const std::string& what) { return {what + ": " + std::strerror(errno)}; }

// kBytes at a boundary of huge pages, of random bytes.
Result<char*> make_memory(PageSize size) {
  void* const room = mmap(nullptr, CapturedMemory::kBytes + kBlock, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return failed("memory");
  const auto address = reinterpret_cast<std::uintptr_t>(room);
  const std::uintptr_t first = (address + kBlock - 1) / kBlock * kBlock;
  char* const memory = static_cast<char*>(room) + (first - address);
  const int advice = size == PageSize::huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
  if (madvise(memory, CapturedMemory::kBytes, advice) != 0) return failed("madvise");
  RandomStream random(1, "captured memory");
  for (std::size_t at = 0; at < CapturedMemory::kBytes; at += sizeof(std::uint64_t)) {
    const std::uint64_t word = random.next();
    std::memcpy(memory + at, &word, sizeof word);
  }
  return memory;
}

// Bytes of this process that huge pages map.
std::uint64_t huge_bytes() {
  std::ifstream in("/proc/self/smaps_rollup");
  std::string word;
  std::uint64_t kb = 0;
  while (in >> word) {
    if (word == "AnonHugePages:" && in >> kb) return kb * 1024;
  }
  return 0;
}

const traces::PageHasher& hasher() {
  static const traces::PageHasher made = [] {
    std::string bytes;
    RandomStream random(1, "hash key");
    while (bytes.size() < traces::HashKey::kBytes) {
      bytes += static_cast<char>(random.below(256));
    }
    return traces::PageHasher(*traces::HashKey::from_bytes(bytes), traces::PageHash::xxh3);
  }();
  return made;
}

}  // namespace

std::string name_of(PageSize size) { return size == PageSize::huge ? "huge" : "small"; }

std::string name_of(Reading reading) {
  switch (reading) {
    case Reading::capture:
      return "capture: page map, reading, hashing";
    case Reading::merged:
      return "capture where KSM has merged: /proc/PID/mem, hashing";
    case Reading::plain:
      return "reading alone (process_vm_readv)";
    case Reading::copy:
      return "own memory copied (memcpy)";
    case Reading::sum:
      break;
  }
  return "own memory summed";
}

Result<std::unique_ptr<CapturedMemory>> CapturedMemory::make(PageSize size) {
  std::unique_ptr<CapturedMemory> made(new CapturedMemory);
  made->buffer_.resize(kBlock);
  auto memory = make_memory(size);
  if (!memory) return memory.error();
  made->memory_ = *memory;
  if (size == PageSize::huge && huge_bytes() < kBytes / 10 * 9) {
    return Error{"this kernel gives no huge pages to who asks"};
  }
  // The child's copy has the same address. It makes its own pages, huge ones if wanted: what a fork
  // leaves shared would be mapped twice.
  std::array<int, 2> ends{};
  std::array<int, 2> ready{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0 || pipe2(ready.data(), O_CLOEXEC) != 0) {
    return failed("pipe");
  }
  made->process_ = fork();
  if (made->process_ < 0) return failed("fork");
  if (made->process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[1]);
    for (std::size_t at = 0; at < kBytes; at += kBlock) {
      std::memcpy(made->buffer_.data(), *memory + at, kBlock);
      madvise(*memory + at, kBlock, MADV_DONTNEED);
      std::memcpy(*memory + at, made->buffer_.data(), kBlock);
    }
    char byte = 1;
    (void)!write(ready[1], &byte, 1);
    (void)!read(ends[0], &byte, 1);
    _exit(0);
  }
  close(ends[0]);
  close(ready[1]);
  made->hold_ = ends[1];
  char byte = 0;
  const bool answered = read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  if (!answered) return Error{"the other process has no memory"};
  return made;
}

CapturedMemory::~CapturedMemory() {
  if (hold_ >= 0) close(hold_);
  if (process_ > 0) waitpid(process_, nullptr, 0);
  if (memory_ != nullptr) munmap(memory_, kBytes);
}

Result<void> CapturedMemory::capture() {
  const auto stat = live::stat_of(process_);
  if (!stat) return Error{"the other process has ended"};
  auto reader = live::capture::GuestReader::open(stat->id, hasher());
  if (!reader) return reader.error();
  const std::uint64_t first = reinterpret_cast<std::uintptr_t>(memory_) / kPageBytes;
  for (std::size_t at = 0; at < kBytes / kPageBytes; at += live::capture::kBlockPages) {
    auto sight = reader->look(PageIndex{first + at}, live::capture::kBlockPages, {});
    if (!sight) return sight.error();
    for (const auto& page : sight->pages) {
      if (page.where != live::capture::Where::present) return Error{"a page is not there"};
      sum_ += page.content;
    }
  }
  if (reader->bytes_read() != kBytes) return Error{"not all of it was read"};
  return {};
}

Result<void> CapturedMemory::capture_merged() {
  const auto reader = live::capture::MemoryReader::of(process_);
  if (!reader) return reader.error();
  std::array<PageIndex, live::capture::kBlockPages> pages;
  for (std::size_t at = 0; at < kBytes; at += kBlock) {
    for (std::size_t i = 0; i < pages.size(); ++i) {
      pages[i].value = (reinterpret_cast<std::uintptr_t>(memory_) + at) / kPageBytes + i;
    }
    const auto good = reader->read(pages, live::capture::Sharing::possible, buffer_.data());
    if (!good) return good.error();
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (!(*good)[i]) return Error{"a page is not there"};
      sum_ += hasher().content_of(buffer_.data() + i * kPageBytes);
    }
  }
  return {};
}

Result<void> CapturedMemory::read_plainly() {
  for (std::size_t at = 0; at < kBytes; at += kBlock) {
    const iovec to{buffer_.data(), kBlock};
    const iovec from{memory_ + at, kBlock};
    if (process_vm_readv(process_, &to, 1, &from, 1, 0) != static_cast<ssize_t>(kBlock)) {
      return failed("process_vm_readv");
    }
    sum_ += static_cast<unsigned char>(buffer_[at % kPageBytes]);
  }
  return {};
}

void CapturedMemory::copy() {
  for (std::size_t at = 0; at < kBytes; at += kBlock) {
    std::memcpy(buffer_.data(), memory_ + at, kBlock);
    // The compiler must not think that nobody looks.
    asm volatile("" : : "r"(buffer_.data()) : "memory");
  }
}

void CapturedMemory::sum() {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < kBytes; at += sizeof sum) {
    std::uint64_t word = 0;
    std::memcpy(&word, memory_ + at, sizeof word);
    sum += word;
  }
  sum_ += sum;
}

Result<double> CapturedMemory::gib_per_second(Reading reading) {
  const double begin = cpu_ns();
  Result<void> done;
  switch (reading) {
    case Reading::capture:
      done = capture();
      break;
    case Reading::merged:
      done = capture_merged();
      break;
    case Reading::plain:
      done = read_plainly();
      break;
    case Reading::copy:
      copy();
      break;
    case Reading::sum:
      sum();
      break;
  }
  const double ns = cpu_ns() - begin;
  asm volatile("" : : "r"(sum_) : "memory");
  if (!done) return done.error();
  return static_cast<double>(kBytes) / (1 << 30) / (ns / 1e9);
}

}  // namespace ksmsim::bench
