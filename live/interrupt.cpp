#include "live/interrupt.hpp"

#include <string>

namespace ksmsim::live {
namespace {

volatile std::sig_atomic_t caught = 0;
volatile std::sig_atomic_t ignored = 0;
int depth = 0;  // Objects that live.

void take_note(int number) { caught = number; }

}  // namespace

Interrupt::Interrupt() {
  ignored = 0;
  if (depth++ > 0) return;
  caught = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction action = {};
    // No SA_RESTART: a read that waits is to return.
    action.sa_handler = kSignals[i] == SIGPIPE ? SIG_IGN : take_note;
    sigaction(kSignals[i], &action, &before_[i]);
    // nohup: whoever had it ignored wants that it is.
    if (kSignals[i] == SIGHUP && before_[i].sa_handler == SIG_IGN) {
      sigaction(SIGHUP, &before_[i], nullptr);
    }
  }
}

Interrupt::~Interrupt() {
  ignored = 0;
  if (--depth > 0) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

Result<void> Interrupt::check() {
  if (caught == 0 || ignored != 0) return {};
  return Error{"stopped by signal " + std::to_string(static_cast<int>(caught))};
}

void Interrupt::ignore() { ignored = 1; }

}  // namespace ksmsim::live
