// SIGINT, SIGTERM and SIGHUP as a question that long work asks now and then, so that a stopped
// program still puts the machine back as it was. Objects nest: an inner one does not forget what
// the outer one saw. The handlers that were there before come back with the end of the outermost.
#pragma once
#include <csignal>

#include <array>

#include "sim/base/result.hpp"

namespace ksmsim::live {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // An error once one of the signals has come.
  static Result<void> check();
  // Puts the machine back: signals are no reason to stop until this object or an inner one ends.
  static void ignore();

 private:
  static constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  std::array<struct sigaction, kSignals.size()> before_;
};

}  // namespace ksmsim::live
