#include "live/stepped_ksmd.hpp"

namespace ksmsim::live {
namespace {

const std::string kSleepMs = "100000000", kLongerSleepMs = "100000001";

}  // namespace

Result<SteppedKsmd> SteppedKsmd::open() {
  auto files = KsmFiles::open();
  if (!files) return files.error();
  auto thread = KernelThread::find("ksmd");
  if (!thread) return thread.error();
  return SteppedKsmd{*std::move(files), *std::move(thread)};
}

Result<void> SteppedKsmd::nudge() {
  if (auto r = settle(); !r) return r;
  longer_ = !longer_;
  if (auto r = files_.write("sleep_millisecs", longer_ ? kLongerSleepMs : kSleepMs); !r) return r;
  return settle();
}

Result<void> SteppedKsmd::unmerge() {
  if (auto r = files_.write("run", "0"); !r) return r;
  if (auto r = nudge(); !r) return r;
  if (auto r = files_.write("run", "2"); !r) return r;
  return files_.write("run", "0");
}

Result<std::string> SteppedKsmd::held() const {
  const auto counters = files_.read();
  if (!counters) return counters.error();
  std::string text;
  for (const char* name :
       {"pages_shared", "pages_sharing", "pages_unshared", "pages_volatile", "ksm_zero_pages"}) {
    const auto pages = counter(*counters, name).value_or(0);
    // Kernels of 6.6 to 6.16 lose count of zero pages at forks: below 0 nobody has any for sure.
    if (pages > 0) text += (text.empty() ? "" : ", ") + (name + (" " + std::to_string(pages)));
  }
  return text;
}

// With nobody registered ksmd has nothing to do when it may run. (Scans one page at most.)
Result<bool> SteppedKsmd::others_use_it() {
  if (auto r = files_.write("pages_to_scan", "1"); !r) return r.error();
  const auto before = files_.read();
  if (!before) return before.error();
  if (auto r = files_.write("run", "1"); !r) return r.error();
  if (auto r = settle(); !r) return r.error();
  const auto after = files_.read();
  if (!after) return after.error();
  if (auto r = unmerge(); !r) return r.error();
  return counter(*after, "full_scans") != 0 || counter(*after, "pages_volatile") != 0 ||
         counter(*after, "pages_scanned") != counter(*before, "pages_scanned");
}

Result<bool> SteppedKsmd::start() {
  if (files_.has("advisor_mode")) {
    if (auto r = files_.write("advisor_mode", "none"); !r) return r.error();
  }
  // A thread left over from an earlier use may sleep on one of our own times: change it.
  const auto sleep = files_.number("sleep_millisecs");
  if (!sleep) return sleep.error();
  longer_ = std::to_string(*sleep) == kLongerSleepMs;
  if (auto r = unmerge(); !r) return r.error();
  auto used = others_use_it();
  if (!used) return used.error();
  if (*used) return false;
  if (auto r = files_.set_initial(); !r) return r.error();
  return true;
}

Result<void> SteppedKsmd::restore() {
  auto result = unmerge();
  auto restored = files_.restore();
  return result ? restored : result;
}

Result<int> SteppedKsmd::set(const std::string& knob, const std::string& value) {
  const int refusal = files_.put(knob, value);
  if (knob != "run") return refusal;
  // Stopped: let ksmd notice, so that it waits for work and not for time.
  if (refusal == 0 && value != "1") {
    if (auto r = nudge(); !r) return r.error();
  }
  if (auto r = settle(); !r) return r.error();
  return refusal;
}

}  // namespace ksmsim::live
