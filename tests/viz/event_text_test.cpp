#include "viz/event_text.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/viz/made_up_result.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::viz {
namespace {

std::string said(const results::Happening& what) { return event_text(what, ksm::default_traits()); }

}  // namespace

TEST_CASE("events are put into words by what they are and by whom they were done") {
  using namespace results;
  CHECK(said(KnobWritten{"", "run", "1"}) == "run = 1");
  CHECK(said(KnobWritten{"ksmtuned", "run", "1"}) == "ksmtuned: run = 1");
  CHECK(said(KnobRefused{"", "max_page_sharing", "1", ksm::WriteError::invalid}) ==
        "refused: max_page_sharing = '1' is refused (EINVAL): 2 to 2147483647");
  CHECK(said(KnobLeftOut{"", "run", "0"}) ==
        "the trace's run = 0 is left out: set for the whole run");
  CHECK(said(KnobLeftOut{"mom", "run", "0"}) == "mom's run = 0 is left out: set for the whole run");
  CHECK(said(GuestBegan{"a"}) == "guest a begins");
  CHECK(said(GuestLeftOut{"a"}) == "guest a is left out: it was killed");
  CHECK(said(GuestEnded{"a"}) == "guest a ends");
  CHECK(said(GuestKilled{"a", 5, 4, 3, 2}) ==
        "out of memory: guest a is killed, the largest by the kernel's badness (5 pages of RSS, "
        "swap and page tables); free 4 kB of at least 3 kB, swap free 2 kB");
  CHECK(said(NobodyToKill{}) == "out of memory, and no guest to kill");
  CHECK(said(BalloonSet{"mom", "a", 64}) == "mom: balloon of guest a = 64 kB");
  CHECK(said(SamplesThinned{100}) == "every second sample left out: there were 100");
  CHECK(said(TraceDamaged{1'500'000'000, "a bad block"}) ==
        "the trace is damaged and was replayed as far as it is good, to 1.5 s: a bad block");
}

TEST_CASE("the summary lists writes that were refused, and no other event") {
  results::RunResult result = made_up_result();
  result.events.push_back(
      {7 * kSecondNs, results::KnobRefused{"mom", "run", "3", ksm::WriteError::invalid}});
  result.events.push_back({8 * kSecondNs, results::GuestBegan{"refused: x"}});
  const std::string text = text_summary(result);
  CHECK(text.find("knob write refused        at 7.0 s: mom: run = '3' is refused (EINVAL): 0, 1 or "
                  "2\n") != std::string::npos);
  CHECK(text.find("refused: x") == std::string::npos);
}

}  // namespace ksmsim::viz
