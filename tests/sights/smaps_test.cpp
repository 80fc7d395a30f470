// What /proc says of processes, read from texts.
#include "live/capture/smaps.hpp"

#include <catch2/catch.hpp>

#include "live/capture/find_guests.hpp"
#include "live/process.hpp"
#include "live/sys_file.hpp"

namespace ksmsim::live::capture {
namespace {

using Catch::Matchers::Contains;

// A QEMU as Linux 6.12 shows it, shortened: its memory, a ROM, the heap, a file, a shared region.
const char* const kSmaps =
    "7f0000000000-7f0010000000 rw-p 00000000 00:00 0 \n"
    "Size:             262144 kB\n"
    "Rss:              100000 kB\n"
    "AnonHugePages:      2048 kB\n"
    "Swap:                  4 kB\n"
    "VmFlags: rd wr mr mw me ac sd hg mg \n"
    "7f0010000000-7f0010040000 rw-p 00000000 00:00 0 \n"
    "AnonHugePages:         0 kB\n"
    "Swap:                  0 kB\n"
    "VmFlags: rd wr mr mw me ac sd mg \n"
    "7f0020000000-7f0020200000 rw-p 00000000 00:00 0                          [heap]\n"
    "VmFlags: rd wr mr mw me ac sd \n"
    "7f0030000000-7f0031000000 r-xp 00000000 08:01 1234                       /usr/lib/libc.so.6\n"
    "VmFlags: rd ex mr mw me sd \n"
    "7f0040000000-7f0050000000 rw-s 00000000 00:01 99                         /dev/zero (deleted)\n"
    "VmFlags: rd wr sh mr mw me ms sd \n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n"
    "VmFlags: ex \n";

TEST_CASE("Regions of smaps are read with their flags and sizes") {
  const auto entries = parse_smaps(kSmaps);
  REQUIRE(entries);
  REQUIRE(entries->size() == 5);  // [vsyscall] lies beyond all page indexes.
  const SmapsEntry& ram = entries->front();
  CHECK(ram.start == PageIndex{0x7f0000000});
  CHECK(ram.count == PageCount{65536});
  CHECK(ram.huge_kb == 2048);
  CHECK(ram.swapped_kb == 4);
  CHECK(ram.has("mg"));
  CHECK_FALSE(ram.has("sh"));
  CHECK((*entries)[2].name == "[heap]");
  CHECK((*entries)[4].name == "/dev/zero (deleted)");
}

TEST_CASE("Only mergeable regions are captured, unless others are assumed to be") {
  const auto entries = parse_smaps(kSmaps);
  REQUIRE(entries);
  const auto mergeable = captured_regions(*entries, {}, Hypervisor::yes);
  REQUIRE(mergeable.size() == 2);
  CHECK(mergeable[0].role == "ram");
  CHECK(mergeable[0].huge);
  CHECK(mergeable[0].swapped);
  CHECK(mergeable[1].role == "device");
  CHECK_FALSE(mergeable[1].huge);

  const auto assumed = captured_regions(
      *entries, {.assume_mergeable = true, .least = PageCount{512}}, Hypervisor::no);
  REQUIRE(assumed.size() == 3);  // Not the file, not what is shared.
  CHECK(assumed[2].role == "heap");
  const auto large = captured_regions(*entries, {.assume_mergeable = true, .least = PageCount{513}},
                                      Hypervisor::no);
  CHECK(large.size() == 2);
}

TEST_CASE("A guest's memory that is cut in two is ram on both sides") {
  std::vector<SmapsEntry> entries(3);
  for (std::size_t i = 0; i < 3; ++i) {
    entries[i].start = PageIndex{i * 10000};
    entries[i].flags = {"mg"};
  }
  entries[0].count = PageCount{8000};
  entries[1].count = PageCount{2000};
  entries[2].count = PageCount{1999};
  const auto regions = captured_regions(entries, {}, Hypervisor::yes);
  CHECK(regions[0].role == "ram");
  CHECK(regions[1].role == "ram");
  CHECK(regions[2].role == "device");
}

TEST_CASE("A line that smaps does not say is refused with its number") {
  const auto refusal = [](const std::string& text) {
    const auto entries = parse_smaps(text);
    return entries ? std::string("accepted") : entries.error().text;
  };
  CHECK_THAT(refusal("Size: 4 kB\n"), Contains("line 1"));
  CHECK_THAT(refusal("1000-2000 rw-p 0 0:0 0\nSwap: many kB\n"), Contains("line 2"));
  CHECK_THAT(refusal("2000-1000 rw-p 0 0:0 0\n"), Contains("line 1"));
  CHECK_THAT(refusal("1000-2001 rw-p 0 0:0 0\n"), Contains("line 1"));
  CHECK_THAT(refusal("1000-3000 rw-p 0 0:0 0\n2000-4000 rw-p 0 0:0 0\n"), Contains("line 2"));
}

TEST_CASE("The state of a process is found behind a command with blanks and parentheses") {
  const auto stat = live::parse_stat(
      "4711 (a) b (c) S 17 4711 4711 0 -1 4194560 38452 0 3 0 12 34 0 0 20 0 1 0 98765 10000 321 "
      "18446744073709551615 1 1");
  REQUIRE(stat);
  CHECK(stat->id.number == 4711);
  CHECK(stat->command == "a) b (c");
  CHECK(stat->state == 'S');
  CHECK(stat->parent == 17);
  CHECK(stat->minor_faults == 38452);
  CHECK(stat->id.start_ticks == 98765);
  CHECK(stat->resident_pages == 321);
  CHECK_FALSE(live::parse_stat("4711 (short) S 1"));
  CHECK_FALSE(live::parse_stat("no parentheses"));
}

TEST_CASE("QEMU's guests are called as their -name says") {
  using Words = std::vector<std::string>;
  CHECK(qemu_name(Words{"qemu", "-name", "web"}) == "web");
  CHECK(qemu_name(Words{"qemu", "-name", "guest=db,debug-threads=on"}) == "db");
  CHECK(qemu_name(Words{"qemu", "-name", "mail,process=x"}) == "mail");
  CHECK_FALSE(qemu_name(Words{"qemu", "-name", "debug-threads=on"}));
  CHECK_FALSE(qemu_name(Words{"qemu", "-m", "1G"}));
  CHECK_FALSE(qemu_name(Words{"qemu", "-name"}));
  CHECK(is_qemu(Words{"/usr/bin/qemu-system-x86_64", "-m", "1G"}));
  CHECK(is_qemu(Words{"/usr/libexec/qemu-kvm"}));
  CHECK_FALSE(is_qemu(Words{"/usr/bin/qemu-img", "info"}));
  CHECK_FALSE(is_qemu(Words{}));
}

TEST_CASE("Of a list of choices the chosen word is recorded") {
  CHECK(live::chosen_word("[none] scan-time\n") == "none");
  CHECK(live::chosen_word("none [scan-time]\n") == "scan-time");
  CHECK(live::chosen_word("100\n") == "100");
}

}  // namespace
}  // namespace ksmsim::live::capture
