// What /proc says of processes, as far as texts of any form go: reading them ends with regions that
// ascend, or with an Error of one line that tells which line is none.
//
// Input: a text of smaps and, behind a byte 0, one of stat.
#include <string>

#include "live/capture/smaps.hpp"
#include "live/process.hpp"
#include "tests/fuzz/promises.hpp"

using namespace ksmsim;
using namespace ksmsim::live::capture;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find('\0');
  const auto entries = parse_smaps(text.substr(0, cut));
  if (!entries) {
    check(entries.error().text.starts_with("line "));
    check(entries.error().text.find('\n') == std::string::npos);
  } else {
    PageIndex end;
    for (const Hypervisor hypervisor : {Hypervisor::no, Hypervisor::yes}) {
      end = {};
      for (const auto& region : captured_regions(
               *entries, {.assume_mergeable = true, .least = PageCount{1}}, hypervisor)) {
        check(region.start >= end && region.count.value > 0);
        check(region.end().value <= kPageIndexEnd);
        end = region.end();
      }
    }
  }
  if (cut != std::string::npos) {
    const auto stat = live::parse_stat(text.substr(cut + 1));
    if (stat) check(text.find(stat->command) != std::string::npos);
  }
  return 0;
}
