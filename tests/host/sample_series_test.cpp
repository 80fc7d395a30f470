// Samples of a run that lasts long.
#include "sim/host/sample_series.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/host/recorder.hpp"

namespace ksmsim::host {
namespace {

using std::chrono::seconds;

results::Sample at(Time time) {
  results::Sample sample;
  sample.at_ns = nanoseconds(time);
  return sample;
}
Time second(std::int64_t n) { return kStart + seconds(n); }
std::vector<std::int64_t> times(const SampleSeries& series) {
  std::vector<std::int64_t> list;
  for (const results::Sample& s : series.samples()) list.push_back(s.at_ns / 1'000'000'000);
  return list;
}
using Times = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("every second sample goes when there are as many as are kept, and the interval doubles") {
  SampleSeries series(seconds(1), 4);
  for (std::int64_t n = 0; n < 3; ++n) {
    CHECK(series.add(at(second(n))) == SampleSeries::Thinned::no);
    CHECK(series.next_time(second(n)) == second(n + 1));
  }
  CHECK(series.add(at(second(3))) == SampleSeries::Thinned::yes);
  CHECK(times(series) == Times{0, 2});
  CHECK(series.next_time(second(3)) == second(4));
  CHECK(series.add(at(second(4))) == SampleSeries::Thinned::no);
  CHECK(series.next_time(second(4)) == second(6));
  CHECK(series.add(at(second(6))) == SampleSeries::Thinned::yes);
  CHECK(times(series) == Times{0, 4});
  CHECK(series.next_time(second(6)) == second(8));
}

TEST_CASE("samples that are left are an interval apart, however long the run") {
  for (const std::size_t most : {2U, 3U, 5U, 8U}) {
    SampleSeries series(seconds(1), most);
    Time now = kStart;
    while (now < second(1000)) {
      (void)series.add(at(now));
      now = series.next_time(now);
    }
    INFO("at most " << most);
    CHECK(series.samples().size() < most);
    CHECK(series.samples().front().at_ns == 0);
    const Times left = times(series);
    for (std::size_t i = 2; i < left.size(); ++i) {
      CHECK(left[i] - left[i - 1] == left[1] - left[0]);
    }
  }
}

TEST_CASE("the sample at the end takes the place of one of the same moment and of no other") {
  SampleSeries series(seconds(1));
  (void)series.add(at(second(0)));
  results::Sample last = at(second(0));
  last.passes = 3;
  series.end(last);
  REQUIRE(times(series) == Times{0});
  CHECK(series.samples().front().passes == 3);
  series.end(at(second(5)));
  CHECK(times(series) == Times{0, 5});
}

TEST_CASE("a recorder says when the next sample is due, and that samples were left out") {
  RunOptions options;
  options.sample_interval = seconds(1);
  Recorder recorder(options, std::nullopt);
  Time now = kStart;
  for (std::size_t i = 1; i < kSamplesMax; ++i) {
    const Time next = recorder.keep_sample(at(now));
    if (next != now + seconds(1)) FAIL("at sample " << i);
    now = next;
  }
  CHECK(recorder.keep_sample(at(now)) == now + seconds(1));
  const Machine machine(ksm::default_traits(), cost::Meter({}, {}), {});
  const auto result = recorder.finish(at(now), machine, GuestControl({}));
  CHECK(result.samples.size() == kSamplesMax / 2 + 1);
  REQUIRE(result.events.size() == 1);
  CHECK(result.events[0].what == results::Happening{results::SamplesThinned{100'000}});
  CHECK(result.events[0].at_ns == nanoseconds(now));
}

TEST_CASE("a recorder counts blast radii anew when a twentieth more is saved than at the peak") {
  Recorder recorder(RunOptions{}, std::nullopt);
  CHECK_FALSE(recorder.is_new_peak(0));
  CHECK(recorder.is_new_peak(100));
  CHECK_FALSE(recorder.is_new_peak(105));
  CHECK(recorder.is_new_peak(106));
  CHECK_FALSE(recorder.is_new_peak(111));
}

}  // namespace ksmsim::host
