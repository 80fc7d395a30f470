#include "live/pass_times.hpp"

#include "live/guest_process.hpp"
#include "live/lru_caches.hpp"

namespace ksmsim::live {
namespace {

Result<void> set_knob(SteppedKsmd& ksmd, const std::string& knob, const std::string& value) {
  const auto refused = ksmd.set(knob, value);
  if (!refused) return refused.error();
  return *refused == 0 ? Result<void>{} : system_error(knob, *refused);
}

Result<std::vector<std::uint64_t>> time_all(SteppedKsmd& ksmd, const PassesToTime& wanted) {
  auto guest = GuestProcess::begin("pages", [] { return true; });
  if (!guest) return guest.error();
  if (auto r = set_knob(ksmd, "pages_to_scan", "2000000000"); !r) return r.error();
  for (const input::SetKnob& knob : wanted.knobs) {
    if (auto r = set_knob(ksmd, knob.knob, knob.value); !r) return r.error();
  }
  std::vector<std::uint64_t> times;
  for (int pass = 1; pass <= wanted.passes; ++pass) {
    const auto contents = wanted.contents(pass);
    if (pass == 1) {
      const GuestRequest map{.kind = GuestRequest::Kind::map, .count = contents.size()};
      if (auto r = (*guest)->carry_out(map); !r) return r.error();
    }
    if (!contents.empty()) {
      if (auto r = (*guest)->write_each(contents, wanted.offset); !r) return r.error();
    }
    if (auto r = drain_lru_caches(); !r) return r.error();
    const auto before = ksmd.cpu_ns();
    if (!before) return before.error();
    if (auto r = pass == 1 ? set_knob(ksmd, "run", "1") : ksmd.nudge(); !r) return r.error();
    const auto after = ksmd.cpu_ns();
    if (!after) return after.error();
    times.push_back(*after - *before);
  }
  return times;
}

}  // namespace

std::variant<std::vector<std::uint64_t>, LiveFailure> time_passes(const PassesToTime& wanted) {
  std::vector<std::uint64_t> times;
  const auto failure =
      with_stepped_ksmd(IfLocked::wait, [&](SteppedKsmd& ksmd) -> std::optional<LiveFailure> {
        auto measured = time_all(ksmd, wanted);
        if (!measured) return LiveFailure{LiveFailure::Kind::machine, measured.error()};
        times = *std::move(measured);
        return std::nullopt;
      });
  if (failure) return *failure;
  return times;
}

}  // namespace ksmsim::live
