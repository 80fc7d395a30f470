#include "tests/recorder/page_report.hpp"

#include <linux/kernel-page-flags.h>

#include <fstream>
#include <iostream>
#include <string>

#include "live/page_table.hpp"

namespace ksmsim::recorder {
namespace {

using live::PageTable;

std::string kind_of(const PageTable& table, const PageTable::Page& page) {
  if (page.swapped) return "swap";
  if (!page.present) return "-";
  if (!table.has_own(page)) return "zero";
  const std::uint64_t flags = table.flags(page.frame);
  const auto has = [flags](int bit) { return (flags >> bit & 1) != 0; };
  std::string kind = has(KPF_KSM) ? "ksm" : has(KPF_ANON) ? "anon" : "other";
  if (has(KPF_COMPOUND_HEAD) || has(KPF_COMPOUND_TAIL)) kind = has(KPF_THP) ? "huge" : "large";
  if (has(KPF_SWAPCACHE)) kind += ",cached";
  if (const auto sites = table.mappings(page.frame); sites != 1)
    kind += " x" + std::to_string(sites);
  if (kind.starts_with("ksm")) kind += " @" + std::to_string(page.frame);
  return kind;
}

// Kilobytes mapped as huge pages.
long huge_mapped(pid_t process) {
  std::ifstream smaps("/proc/" + std::to_string(process) + "/smaps_rollup");
  std::string word;
  while (smaps >> word) {
    long kilobytes = 0;
    if (word == "AnonHugePages:" && smaps >> kilobytes) return kilobytes;
  }
  return 0;
}

void report(const live::GuestProcess& guest, const PageTable& table) {
  std::cerr << "  " << guest.name() << " huge-mapped " << huge_mapped(guest.process()) << " kB:";
  for (const auto& extent : guest.mapped().extents()) {
    std::string run;
    std::uint64_t begin = extent.start.value;
    for (std::uint64_t i = begin; i <= extent.end.value; ++i) {
      const std::string kind = i < extent.end.value ? kind_of(table, table.page(i)) : "";
      if (i > begin && kind != run) {
        std::cerr << "  " << begin << '+' << i - begin << ' ' << run;
        begin = i;
      }
      run = kind;
    }
  }
  std::cerr << '\n';
}

}  // namespace

Result<void> report_pages(const traces::Step& step, const live::Guests& guests) {
  std::cerr << "line " << step.line << '\n';
  for (const auto& [mm, guest] : guests) {
    const auto table = PageTable::of(guest->process());
    if (!table) return table.error();
    report(*guest, *table);
  }
  return {};
}

}  // namespace ksmsim::recorder
