// ksmtuned's law in claims; step by step it is compared with the real script:
// tests/cli/ksmtuned.sh.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kTotal = 16 * kGib;

TEST_CASE("ksmtuned writes nothing before its first interval is over") {
  CHECK(controller("ksmtuned")->first_look() == seconds(60));
}

TEST_CASE("ksmtuned stops KSM while guests and the threshold fit into RAM and memory is free") {
  auto ksmtuned = controller("ksmtuned");
  auto view = host_view(kTotal, 8 * kGib, 4 * kGib);
  CHECK(look(*ksmtuned, view) == "run=0");
}

TEST_CASE("ksmtuned starts KSM when committed memory alone comes near RAM") {
  auto ksmtuned = controller("ksmtuned");
  const std::int64_t threshold = kTotal / 5;
  auto view = host_view(kTotal, 8 * kGib, kTotal - threshold - 1);
  CHECK(look(*ksmtuned, view) == "run=0");
  view = host_view(kTotal, 8 * kGib, kTotal - threshold);
  CHECK(look(*ksmtuned, view) == "pages_to_scan=64 sleep_millisecs=10 run=1");
}

TEST_CASE("ksmtuned goes from rest to 1250 pages in 5 minutes") {
  auto ksmtuned = controller("ksmtuned");
  auto view = host_view(kTotal, kGib, 12 * kGib);
  while (view.knobs.pages_to_scan != 1250) look(*ksmtuned, view);
  CHECK(view.now - kStart == minutes(5));
}

TEST_CASE("ksmtuned decays from 1250 to 64 pages in 24 minutes") {
  auto ksmtuned = controller("ksmtuned");
  auto view = host_view(kTotal, kGib, 12 * kGib);
  for (int i = 0; i < 10; ++i) look(*ksmtuned, view);
  const Time full = view.now;
  view.free_kb = 4 * kGib;         // Enough,
  view.guests[0].rss_kb = kTotal;  // but all of RAM is committed.
  while (view.knobs.pages_to_scan != 64) look(*ksmtuned, view);
  CHECK(view.now - full == minutes(24));
}

TEST_CASE("ksmtuned remembers its number of pages over a stop") {
  auto ksmtuned = controller("ksmtuned");
  auto low = host_view(kTotal, kGib, 12 * kGib);
  look(*ksmtuned, low);
  look(*ksmtuned, low);
  auto enough = host_view(kTotal, 12 * kGib, kGib);
  CHECK(look(*ksmtuned, enough) == "run=0");
  CHECK(look(*ksmtuned, low) == "pages_to_scan=900 sleep_millisecs=10 run=1");
}

TEST_CASE("ksmtuned does not read pages_to_scan back from the kernel") {
  auto ksmtuned = controller("ksmtuned");
  auto view = host_view(kTotal, kGib, 12 * kGib);
  view.knobs.pages_to_scan = 777;
  CHECK(look(*ksmtuned, view) == "pages_to_scan=300 sleep_millisecs=10 run=1");
}

TEST_CASE("ksmtuned's free memory is MemFree, Buffers and Cached") {
  auto ksmtuned = controller("ksmtuned");
  const std::int64_t threshold = kTotal / 5;
  auto view = host_view(kTotal, threshold - 20, kGib);
  view.available_kb = kTotal;  // Not looked at.
  view.buffers_kb = 10;
  view.cached_kb = 10;
  CHECK(look(*ksmtuned, view) != "run=0");
  view.cached_kb = 11;
  CHECK(look(*ksmtuned, view) == "run=0");
}

TEST_CASE("ksmtuned does not see guests started with -accel kvm, unless told to") {
  auto view = host_view(kTotal, 8 * kGib, 15 * kGib);
  view.guests[0].accel = host::Accel::accel_kvm;
  auto same = view;
  CHECK(look(*controller("ksmtuned"), view) == "run=0");
  CHECK(look(*controller("ksmtuned", {{"sees_accel_kvm", "1"}}), same) ==
        "pages_to_scan=64 sleep_millisecs=10 run=1");
}

TEST_CASE("Proxmox's ksmtuned sees all guests, sums PSS, and sleeps ten times longer") {
  auto view = host_view(kTotal, 8 * kGib, 15 * kGib);
  view.guests[0].accel = host::Accel::accel_kvm;
  CHECK(look(*controller("ksmtuned-proxmox"), view) ==
        "pages_to_scan=64 sleep_millisecs=100 run=1");
  view.guests[0].pss_kb = 12 * kGib;
  CHECK(look(*controller("ksmtuned-proxmox"), view) == "run=0");
}

TEST_CASE("ksmtuned sleeps longer on smaller hosts and never less than 10 ms") {
  const auto sleep_on = [](std::int64_t total) {
    auto view = host_view(total, 0, total);
    look(*controller("ksmtuned"), view);
    return view.knobs.sleep_millisecs;
  };
  CHECK(sleep_on(kGib) == 160);
  CHECK(sleep_on(6 * kGib) == 26);  // 26.7, cut off as the shell does.
  CHECK(sleep_on(16 * kGib) == 10);
  CHECK(sleep_on(1024 * kGib) == 10);
}

TEST_CASE("ksmtuned retunes with guests, Proxmox's does not hear of them") {
  CHECK(controller("ksmtuned")->heeds_guests());
  CHECK_FALSE(controller("ksmtuned", {{"retune", "0"}})->heeds_guests());
  CHECK_FALSE(controller("ksmtuned-proxmox")->heeds_guests());
}

TEST_CASE("A copied ksmtuned goes on alone") {
  auto ksmtuned = controller("ksmtuned");
  auto view = host_view(kTotal, kGib, 12 * kGib);
  look(*ksmtuned, view);
  auto copy = ksmtuned->clone();
  auto same = view;
  CHECK(look(*ksmtuned, view) == "pages_to_scan=600 sleep_millisecs=10 run=1");
  CHECK(look(*copy, same) == "pages_to_scan=600 sleep_millisecs=10 run=1");
}

}  // namespace
}  // namespace ksmsim
