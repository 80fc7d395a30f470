#include "tests/bench/ksm_knobs.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ksmsim::bench {
namespace {

constexpr const char* kFolder = "/sys/kernel/mm/ksm/";
constexpr const char* kLock = "/var/lock/ksm.lock";
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

// For the signal handler: who has the knobs now.
const KsmKnobs* g_holder = nullptr;

// What a knob's file says, without the newline; of "a [b] c" what is chosen.
std::string text_of(const std::string& path) {
  std::ifstream in(path);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!text.empty() && text.back() == '\n') text.pop_back();
  const auto open = text.find('[');
  const auto close = text.find(']');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    text = text.substr(open + 1, close - open - 1);
  }
  return text;
}

// Returns errno, or 0. May be called by a signal handler.
int put(const char* path, const char* text, std::size_t size) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return errno;
  const bool good = ::write(file, text, size) == static_cast<ssize_t>(size);
  const int error = good ? 0 : errno;
  close(file);
  return error;
}

}  // namespace

bool KsmKnobs::exists(const std::string& name) { return std::filesystem::exists(kFolder + name); }

Result<long long> KsmKnobs::read(const std::string& name) {
  const std::string text = text_of(kFolder + name);
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return Error{kFolder + name + ": '" + text + "' is not a number"};
  }
  return value;
}

Result<void> KsmKnobs::write(const std::string& name, long long value) {
  const std::string text = std::to_string(value);
  const int error = put((kFolder + name).c_str(), text.data(), text.size());
  if (error == 0) return {};
  return Error{kFolder + name + ": writing " + text + ": " + std::strerror(error)};
}

Result<std::unique_ptr<KsmKnobs>> KsmKnobs::take() {
  if (!std::filesystem::exists(kFolder)) return Error{"this machine's kernel has no KSM"};
  if (geteuid() != 0) return Error{"only root can measure this machine's ksmd"};
  const int lock = open(kLock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return Error{std::string(kLock) + ": " + std::strerror(errno)};
  std::unique_ptr<KsmKnobs> knobs(new KsmKnobs(lock));
  constexpr int kTriesMax = 600;
  for (int tries = 0; flock(lock, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (tries == kTriesMax) return Error{std::string(kLock) + ": held by another program"};
    sleep(1);
  }
  for (const char* name : {"run", "pages_shared", "pages_sharing", "pages_unshared"}) {
    const auto value = read(name);
    if (!value) return value.error();
    if (*value != 0) {
      return Error{"KSM of this machine is in use: " + std::string(name) + " is " +
                   std::to_string(*value) + ", not 0"};
    }
  }
  if (auto noted = knobs->note_all(); !noted) return noted.error();
  g_holder = knobs.get();
  for (const int signal : kSignals) {
    struct sigaction action {};
    action.sa_handler = restore_and_die;
    sigfillset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
  return knobs;
}

// Files that this kernel does not have are left out. sleep_millisecs comes last: writing it wakes
// ksmd, which then sees that there is nothing to do.
Result<void> KsmKnobs::note_all() {
  for (const char* name : {"use_zero_pages", "smart_scan", "max_page_sharing", "advisor_mode",
                           "pages_to_scan", "sleep_millisecs"}) {
    const std::string path = std::string(kFolder) + name;
    if (exists(name)) saved_.push_back({path, text_of(path)});
  }
  if (!exists("advisor_mode")) return {};
  const std::string mode = std::string(kFolder) + "advisor_mode";
  const int error = put(mode.c_str(), "none", 4);  // It would set pages_to_scan.
  return error == 0 ? Result<void>{} : Error{mode + ": " + std::strerror(error)};
}

KsmKnobs::~KsmKnobs() {
  if (g_holder == this) {
    restore();
    g_holder = nullptr;
    for (const int signal : kSignals) std::signal(signal, SIG_DFL);
  }
  close(lock_);
}

// Only calls what a signal handler may call. `run 0` first: run 2 does nothing where it is 2.
void KsmKnobs::restore() const {
  for (const char* run : {"0", "2", "0"}) (void)put("/sys/kernel/mm/ksm/run", run, 1);
  for (const Saved& s : saved_) (void)put(s.path.c_str(), s.text.data(), s.text.size());
}

void KsmKnobs::restore_and_die(int signal) {
  if (g_holder != nullptr) g_holder->restore();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace ksmsim::bench
