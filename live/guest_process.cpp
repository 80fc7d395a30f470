#include "live/guest_process.hpp"

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "live/guest_memory.hpp"
#include "live/interrupt.hpp"
#include "live/sys_file.hpp"

namespace ksmsim::live {
namespace {

// Maps a file through a description of its own that holds a lock on it and that nothing but the
// mapping keeps open: the lock goes with the address space.
void lock_for_life(int file) {
  const Descriptor own{open(("/proc/self/fd/" + std::to_string(file)).c_str(), O_RDWR)};
  if (!own.open() || flock(own.get(), LOCK_EX) != 0) _exit(1);
  void* at = mmap(nullptr, kPageBytes, PROT_READ, MAP_SHARED, own.get(), 0);
  if (at == MAP_FAILED || madvise(at, kPageBytes, MADV_DONTFORK) != 0) _exit(1);
}

// Closes all files but these and the first three.
void close_others(int one, int other) {
  const auto low = static_cast<unsigned>(std::min(one, other));
  const auto high = static_cast<unsigned>(std::max(one, other));
  const auto close_from_to = [](unsigned first, unsigned last) {
    if (first <= last) syscall(SYS_close_range, first, last, 0U);
  };
  close_from_to(3, low - 1);
  close_from_to(low + 1, high - 1);
  close_from_to(high + 1, ~0U);
}

void prepare_child(int life) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);  // The runner acts on it.
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGHUP, SIG_IGN);
  lock_for_life(life);
}

// Answers requests until the other end is closed. Says first that it is there.
[[noreturn]] void serve(int socket) {
  GuestMemory memory;
  GuestAnswer answer;
  GuestRequest request;
  TwoFiles files{};
  while (send(socket, &answer, sizeof answer, 0) == sizeof answer &&
         receive_message(socket, request, files)) {
    answer = {};
    if (request.kind == GuestRequest::Kind::write_each) {
      answer.error = GuestMemory::write_each(request, files[0]);
      for (const int file : files) close(file);
      continue;
    }
    if (request.kind != GuestRequest::Kind::fork) {
      answer.error = memory.carry_out(request);
      continue;
    }
    // The new process is a child of the runner, as all others are.
    const long process = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (process == 0) {
      memory.begin_as_child();
      close(socket);
      socket = files[0];
      prepare_child(files[1]);
      close(files[1]);
      continue;
    }
    if (process < 0) answer.error = errno;
    answer.process = process;
    for (const int file : files) close(file);
  }
  _exit(0);
}

}  // namespace

Result<Descriptor> GuestProcess::prepare() {
  TwoFiles pair{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return system_error("socketpair", errno);
  }
  socket_ = Descriptor{pair[0]};
  Descriptor other{pair[1]};
  life_ = Descriptor{memfd_create("life", MFD_CLOEXEC)};
  if (!life_.open()) return system_error("memfd_create", errno);
  return other;
}

Result<std::unique_ptr<GuestProcess>> GuestProcess::begin(const std::string& name,
                                                          const std::function<bool()>& join) {
  std::unique_ptr<GuestProcess> guest{new GuestProcess(name)};
  auto end = guest->prepare();
  if (!end) return end.error();
  guest->process_ = ::fork();
  if (guest->process_ < 0) return guest->failed(std::strerror(errno));
  if (guest->process_ == 0) {
    if (!join()) _exit(1);
    close_others(end->get(), guest->life_.get());
    // Pages come from node 0 unless the script says otherwise. (A kernel without NUMA says no.)
    const unsigned long node_0 = 1;
    syscall(SYS_set_mempolicy, MPOL_BIND, &node_0, 65UL);
    prepare_child(guest->life_.get());
    close(guest->life_.get());
    serve(end->get());
  }
  end->close();
  if (auto r = guest->answer(); !r) return r.error();
  return guest;
}

Result<std::unique_ptr<GuestProcess>> GuestProcess::fork(const std::string& name) {
  std::unique_ptr<GuestProcess> child{new GuestProcess(name)};
  auto end = child->prepare();
  if (!end) return end.error();
  const TwoFiles files{end->get(), child->life_.get()};
  auto forked = ask({.kind = GuestRequest::Kind::fork}, &files);
  if (!forked) return forked.error();
  child->process_ = static_cast<pid_t>(forked->process);
  child->mapped_ = mapped_;
  end->close();
  if (auto r = child->answer(); !r) return r.error();
  return child;
}

// A process can be gone before its memory is, if another process looks into it at that moment (as
// ps does); so this waits for the address space too.
GuestProcess::~GuestProcess() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) continue;
  while (flock(life_.get(), LOCK_EX) != 0 && errno == EINTR) continue;
}

Result<void> GuestProcess::carry_out(const GuestRequest& request) {
  using Kind = GuestRequest::Kind;
  if (auto r = ask(request, nullptr); !r) return r.error();
  const PageIndex start{request.start}, end{request.start + request.count};
  if (request.kind == Kind::map) mapped_.set(start, end, input::Mergeable::yes);
  if (request.kind == Kind::map_plain) mapped_.set(start, end, input::Mergeable::no);
  if (request.kind == Kind::unmap) mapped_.clear(start, end);
  if (request.kind == Kind::mergeable) mapped_.set(start, end, input::Mergeable::yes);
  if (request.kind == Kind::unmergeable) mapped_.set(start, end, input::Mergeable::no);
  return {};
}

Result<void> GuestProcess::write_each(const std::vector<std::uint64_t>& ids, std::uint64_t offset) {
  const Descriptor file{memfd_create("contents", MFD_CLOEXEC)};
  const std::size_t bytes = ids.size() * sizeof ids[0];
  if (!file.open() || ftruncate(file.get(), static_cast<off_t>(bytes)) != 0 ||
      pwrite(file.get(), ids.data(), bytes, 0) != static_cast<ssize_t>(bytes)) {
    return failed(std::strerror(errno));
  }
  const TwoFiles files{file.get(), file.get()};
  const GuestRequest request{
      .kind = GuestRequest::Kind::write_each, .count = ids.size(), .offset = offset};
  if (auto r = ask(request, &files); !r) return r.error();
  return {};
}

Result<std::uint64_t> GuestProcess::present() const {
  auto table = PageTable::of(process_);
  if (!table) return table.error();
  std::uint64_t pages = 0;
  for (const auto& extent : mapped_.extents()) {
    pages += table->present(extent.start.value, (extent.end - extent.start).value);
  }
  return pages;
}

Error GuestProcess::gone() const {
  if (auto r = Interrupt::check(); !r) return r.error();
  return failed("its process is gone");
}

Result<GuestAnswer> GuestProcess::ask(const GuestRequest& request, const TwoFiles* files) {
  if (!send_message(socket_.get(), request, files)) return gone();
  return answer();
}

Result<GuestAnswer> GuestProcess::answer() {
  GuestAnswer answer;
  ssize_t got = 0;
  while ((got = recv(socket_.get(), &answer, sizeof answer, 0)) < 0 && errno == EINTR) {
    if (auto r = Interrupt::check(); !r) return r.error();
  }
  if (got != sizeof answer) return gone();
  if (answer.error != 0) return failed(std::strerror(answer.error));
  return answer;
}

}  // namespace ksmsim::live
