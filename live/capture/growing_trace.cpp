#include "live/capture/growing_trace.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <sstream>

#include "live/capture/free_place.hpp"
#include "traces/writer.hpp"

namespace ksmsim::live::capture {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWaitingMax = std::size_t{64} << 20;

Error failed(const std::string& path, int error) { return Error{std::strerror(error)}.in(path); }

}  // namespace

struct GrowingTrace::State {
  State(std::string user_path, std::string where, std::string temporary, Replace over)
      : path(std::move(user_path)),
        place(std::move(where)),
        beside(std::move(temporary)),
        replace(over) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (file >= 0) close(file);
    if (!beside.empty()) unlink(beside.c_str());
  }

  std::string path, place;
  std::string beside;  // Empty once the file has its name.
  Replace replace;
  int file = -1;
  std::uint64_t blocks_end = 0;  // Bytes of header and blocks in the file.
  std::string ending;            // Index and trailer behind them.
  std::ostringstream waiting;    // What goes behind the blocks.
  std::optional<traces::TraceWriter> writer;

  Result<void> put(const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t wrote = pwrite(file, bytes.data() + done, bytes.size() - done,
                                   static_cast<off_t>(blocks_end + done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return failed(path, errno);
      done += static_cast<std::size_t>(wrote);
    }
    return {};
  }
  // After a failure (a full disk): what was committed before is whole again.
  void put_back() {
    if (put(ending)) {
      // Nothing more can be done about a file that cannot even be cut.
      static_cast<void>(!ftruncate(file, static_cast<off_t>(blocks_end + ending.size())));
    }
  }
};

GrowingTrace::GrowingTrace(std::unique_ptr<State> state) : state_(std::move(state)) {}
GrowingTrace::GrowingTrace(GrowingTrace&&) noexcept = default;
GrowingTrace& GrowingTrace::operator=(GrowingTrace&&) noexcept = default;
GrowingTrace::~GrowingTrace() = default;

Result<GrowingTrace> GrowingTrace::create(const std::string& path, Replace replace) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (path.empty()) return Error{"--output: a name is missing"};
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    return Error{"is no regular file, which a trace that grows has to be"}.in(path);
  }
  if (fs::exists(there)) {
    if (replace == Replace::no) {
      return Error{"is there already; --force writes over it"}.in(path);
    }
  }
  const std::string place = fs::exists(there) ? fs::canonical(path, error).string() : path;
  auto state =
      std::make_unique<State>(path, place, place + ".partial-" + std::to_string(getpid()), replace);
  state->file = open(state->beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (state->file < 0) {
    state->beside.clear();
    return failed(path, errno);
  }
  return GrowingTrace(std::move(state));
}

Result<void> GrowingTrace::begin(const traces::TraceHeader& header) {
  KSM_CHECK(!state_->writer);
  auto writer = traces::TraceWriter::create(state_->waiting, header);
  if (!writer) return writer.error().in(state_->path);
  state_->writer.emplace(*std::move(writer));
  return {};
}

Result<void> GrowingTrace::add(const input::TimedOperation& timed) {
  KSM_CHECK(state_->writer.has_value());
  if (auto r = state_->writer->add(timed); !r) return r.error().in(state_->path);
  if (static_cast<std::size_t>(state_->waiting.tellp()) < kWaitingMax) return {};
  return commit();
}

Result<void> GrowingTrace::commit() {
  State& s = *state_;
  KSM_CHECK(s.writer.has_value());
  if (auto r = s.writer->end_block(); !r) return r.error().in(s.path);
  const auto ending = s.writer->ending();
  if (!ending) return ending.error().in(s.path);
  const std::string blocks = std::move(s.waiting).str();
  s.waiting = std::ostringstream();
  // One write: index and trailer of before vanish under what takes their place.
  if (auto r = s.put(blocks + *ending); !r) {
    s.put_back();
    return r;
  }
  s.blocks_end += blocks.size();
  s.ending = *ending;
  if (s.beside.empty()) return {};
  const int error = s.replace == Replace::no ? rename_to_free_place(s.beside, s.place)
                    : std::rename(s.beside.c_str(), s.place.c_str()) == 0 ? 0
                                                                          : errno;
  if (error != 0) return failed(s.path, error);
  s.beside.clear();
  return {};
}

std::uint64_t GrowingTrace::bytes() const { return state_->blocks_end + state_->ending.size(); }

}  // namespace ksmsim::live::capture
