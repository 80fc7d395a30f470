#include "live/live_session.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <string>

#include "live/interrupt.hpp"
#include "live/ksm_users.hpp"

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif

namespace ksmsim::live {
namespace {

using Failed = std::optional<LiveFailure>;

LiveFailure machine_failed(const Error& error) { return {LiveFailure::Kind::machine, error}; }

// `held`: what KSM holds, in words, if anything.
LiveFailure in_use(const std::string& held) {
  const std::string users = in_words(ksm_users());
  std::string text = "KSM is in use";
  if (!held.empty()) text += " (" + held + ")";
  text += users.empty() ? ": no process that is there tells so; what ended ones left goes with "
                          "echo 2 > /sys/kernel/mm/ksm/run"
                        : ": stop what has mergeable memory: " + users;
  return {LiveFailure::Kind::in_use, Error{text}};
}

Failed use_ksmd(SteppedKsmd& ksmd, const StepKsmd& use) {
  const auto free = ksmd.start();
  if (!free) return machine_failed(free.error());
  if (!*free) return in_use("");
  return use(ksmd);
}

}  // namespace

std::optional<LiveFailure> with_stepped_ksmd(IfLocked if_locked, const StepKsmd& use) {
  if (geteuid() != 0) return machine_failed({"only root can step the machine's KSM"});
  const Interrupt interrupt;
  const auto lock = lock_machine(if_locked);
  if (!lock) {
    const bool refused = if_locked == IfLocked::refuse;
    return LiveFailure{refused ? LiveFailure::Kind::in_use : LiveFailure::Kind::machine,
                       lock.error()};
  }
  auto ksmd = SteppedKsmd::open();
  if (!ksmd) return machine_failed(ksmd.error());
  // Looked at before anything is touched: unmerging would disturb a host in use.
  const auto held = ksmd->held();
  if (!held) return machine_failed(held.error());
  if (!held->empty()) return in_use(*held);

  // Guest processes must not inherit mergeability. (A kernel without it has nothing to inherit.)
  prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0);
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  Failed result = use_ksmd(*ksmd, use);
  prctl(PR_SET_TIMERSLACK, 0, 0, 0, 0);
  Interrupt::ignore();
  if (auto r = ksmd->restore(); !r && !result) {
    result = machine_failed(r.error().in("KSM is not as before"));
  }
  return result;
}

}  // namespace ksmsim::live
