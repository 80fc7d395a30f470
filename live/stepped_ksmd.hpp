// The kernel's ksmd, one batch at a time.
//
// Between two batches ksmd waits for sleep_millisecs to pass or to change. It is set to a day or
// so; each change of it then makes ksmd carry out exactly one batch of pages_to_scan pages. Where
// ksmd sleeps when `run` is not 1 or nothing is mergeable, it is woken as on any machine.
#pragma once
#include <string>

#include "live/kernel_thread.hpp"
#include "live/ksm_files.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

class SteppedKsmd {
 public:
  // Takes the files and finds the thread. Changes nothing yet.
  static Result<SteppedKsmd> open();

  // Brings KSM to where every script begins: nothing merged, ksmd parked, the knobs of scripts.
  // Returns whether it may be used: false if other processes have mergeable memory.
  Result<bool> start();
  // Unmerges and puts every knob back. REQUIRES: no guest process is left.
  Result<void> restore();

  const KsmFiles& files() const { return files_; }
  // Lets ksmd go round once: one batch, if it waits for the next one.
  Result<void> nudge();
  // Writes a knob and waits until ksmd sleeps. Returns 0 or the errno of a refusal. After `run` 0
  // or 2 ksmd is parked. REQUIRES: the kernel has the knob.
  Result<int> set(const std::string& knob, const std::string& value);
  // Waits until ksmd sleeps.
  Result<void> settle() const { return thread_.settle(); }
  // CPU time of ksmd so far, in nanoseconds.
  Result<std::uint64_t> cpu_ns() const { return thread_.cpu_ns(); }
  // In words, what KSM holds; nothing if it holds nothing.
  Result<std::string> held() const;

 private:
  SteppedKsmd(KsmFiles files, KernelThread thread)
      : files_(std::move(files)), thread_(std::move(thread)) {}
  // Stops ksmd, unmerges everything, leaves `run` 0 and ksmd parked.
  Result<void> unmerge();
  Result<bool> others_use_it();

  KsmFiles files_;
  KernelThread thread_;
  bool longer_ = false;  // Which of the two long sleeps is set.
};

}  // namespace ksmsim::live
