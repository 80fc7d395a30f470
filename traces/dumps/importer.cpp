#include "traces/dumps/importer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "traces/page_hash.hpp"

namespace ksmsim::traces::dumps {
namespace {

ClassId class_of(Role role) {
  return ClassId{static_cast<ClassId::rep>(static_cast<unsigned>(role) + 1)};
}

// Memory of some size has pages of zeros and pages that are equal.
bool looks_packed(const moments::PageCounts& counts) {
  constexpr std::uint64_t kSomePages = 256;  // 1 MiB.
  // Pages that are zero or equal to another one; a hundredth of them can be padding.
  const std::uint64_t repeated = counts.present - counts.distinct + (counts.zero > 0 ? 1 : 0);
  return counts.present >= kSomePages && 100 * repeated <= counts.present;
}

}  // namespace

DumpImport::DumpImport(const HashKey& key, DumpOptions options)
    : key_(key), options_(std::move(options)), importer_(options_.moments) {
  for (const Role role : {Role::ram, Role::device, Role::rom}) {
    header_.classes.emplace_back(name_of(role));
  }
}

Result<std::vector<DumpReport>> DumpImport::read(const std::vector<DumpedGuest>& guests) {
  std::vector<DumpReport> reports;
  for (const DumpedGuest& guest : guests) {
    const std::uint32_t number = importer_.add_guest(guest.name);
    header_.guests.push_back({guest.name});
    for (const Dump& dump : guest.dumps) {
      auto in = dump.open();
      if (!in) return in.error();
      auto report = read_dump(number, dump, std::move(*in));
      if (!report) return report.error().in(dump.name);
      report->guest = guest.name;
      reports.push_back(std::move(*report));
    }
    importer_.end_guest(number);
  }
  return reports;
}

Result<DumpReport> DumpImport::read_dump(std::uint32_t guest, const Dump& dump,
                                         std::unique_ptr<std::istream> in) {
  auto file = DumpFile::open(std::move(in), options_.format, options_.raw_base);
  if (!file) return file.error();
  importer_.begin_moment(guest, dump.at);
  while (true) {
    const auto pages = file->next();
    if (!pages) return pages.error();
    if (!*pages) break;
    if (auto r = add_pages(*file, **pages); !r) return r.error();
    if (options_.progress) options_.progress(bytes_ + file->packed_offset());
  }
  bytes_ += file->packed_offset();
  std::vector<moments::Range> layout;
  for (const Segment& segment : file->segments()) {
    layout.push_back({segment.start, segment.count});
    header_.regions.push_back({guest, name_of(segment.role), segment.start, segment.count});
  }
  auto counts = importer_.end_moment(layout);
  if (!counts) return counts.error();
  counts->parts.resize(layout.size());
  auto remarks = file->remarks();
  if (file->format() == Format::raw && looks_packed(counts->all)) {
    remarks.emplace_back(
        "hardly a page of it is zero or equal to another, as in what is packed or encrypted; is it "
        "memory?");
  }
  return DumpReport{"",
                    dump.name,
                    dump.at,
                    file->format(),
                    file->packing(),
                    file->segments(),
                    std::move(*counts),
                    std::move(remarks)};
}

Result<void> DumpImport::add_pages(const DumpFile& file, const DumpFile::Pages& pages) {
  const ClassId page_class = class_of(file.segments()[pages.segment].role);
  const auto part = static_cast<std::uint32_t>(pages.segment);
  const std::size_t count = pages.bytes.size() / kPageBytes;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t content = content_of_page(pages.bytes.data() + i * kPageBytes, key_);
    if (content == kZeroContent && options_.zeros == Zeros::absent) content = kNoContent;
    const PageIndex page = pages.start + PageCount{i};
    if (auto r = importer_.add(page, content, page_class, part); !r) return r;
  }
  return {};
}

TraceHeader DumpImport::header() const {
  TraceHeader header = header_;
  auto& regions = header.regions;
  const auto key = [](const Region& r) { return std::tie(r.guest, r.start, r.count, r.role); };
  std::sort(regions.begin(), regions.end(),
            [&key](const auto& a, const auto& b) { return key(a) < key(b); });
  regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
  return header;
}

}  // namespace ksmsim::traces::dumps
