// ksmsim import dump: memory dumps of guests become a trace.
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/import_commands.hpp"
#include "cli/import_writing.hpp"
#include "cli/moment_files.hpp"
#include "traces/dumps/importer.hpp"
#include "traces/text.hpp"

namespace ksmsim::cli {
namespace {

namespace dumps = traces::dumps;

struct DumpArguments : MomentsOptions {
  std::string zeros = "present";
  std::string format = "auto";
  std::string base = "0";
};

constexpr const char* kAboutDump =
    "Make a trace of memory dumps: ELF cores (QEMU's dump-guest-memory, virsh dump --memory-only) "
    "and raw images (pmemsave), one or several of each guest over time. Pages are hashed under a "
    "secret key; the trace says which are equal and which are zero, not what they hold.\n"
    "What is packed by zstd, gzip or xz is read as it is.\n"
    "  ksmsim import dump web.elf db.elf -o guests.bin\n"
    "  ksmsim import dump web=t0.elf web=t1.elf.zst@60 db=db.raw@60 -o guests.bin\n"
    "  ksmsim import dump --guest web --interval 5m --key host.key web-*.elf -o guests.bin";

// The physical address as a page.
Result<PageIndex> parse_base(const std::string& text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const char* const end = text.data() + text.size();
  std::uint64_t address = 0;
  const auto read =
      std::from_chars(text.data() + (hexadecimal ? 2 : 0), end, address, hexadecimal ? 16 : 10);
  const bool good = read.ec == std::errc{} && read.ptr == end;
  if (good && address % kPageBytes == 0 && address / kPageBytes < kPageIndexEnd) {
    return PageIndex{address / kPageBytes};
  }
  return Error{
      fmt::format("--base {}: should be the address of a page: a multiple of {} below {:#x}", text,
                  kPageBytes, kPageIndexEnd * kPageBytes)};
}

std::optional<dumps::Format> format_of(const std::string& name) {
  if (name == "elf") return dumps::Format::elf;
  if (name == "raw") return dumps::Format::raw;
  return std::nullopt;
}

std::vector<dumps::DumpedGuest> dumped(const std::vector<GuestFiles>& guests) {
  std::vector<dumps::DumpedGuest> all;
  for (const GuestFiles& guest : guests) {
    auto& dumped = all.emplace_back();
    dumped.name = guest.name;
    for (const MomentFile& file : guest.files) {
      const std::string& path = file.path;
      dumped.dumps.push_back(
          {file.at, path == "-" ? "standard input" : path,
           [path]() -> Result<std::unique_ptr<std::istream>> { return open_input(path); }});
    }
  }
  return all;
}

// How the trace was made, for its header.
std::string how_dumped(const DumpArguments& options) {
  return fmt::format(
      "memory dumps; page indexes are physical addresses / 4096; changes placed {} on multiples of "
      "{}; pages of zeros {}; the order of contents is that of their hashes",
      options.placement.placement, grain_text(options.placement), options.zeros);
}

void print_line(const std::string& from, const std::string& to, const std::string& what,
                const traces::moments::PageCounts& counts) {
  fmt::print("  {:<14} {:<14} {:<8} {:>10} {:>10} {:>10} {:>10}\n", from, to, what, counts.present,
             counts.distinct, counts.zero, counts.changed);
}

void print_dumps(const dumps::DumpReport& report) {
  const std::string packing = traces::unpack::name_of(report.packing);
  fmt::print("{} at {} s: {} ({}{})\n", report.guest, traces::seconds_text(report.at), report.name,
             report.format == dumps::Format::elf ? "ELF core" : "raw image",
             packing.empty() ? "" : ", " + packing);
  fmt::print("  {:<14} {:<14} {:<8} {:>10} {:>10} {:>10} {:>10}\n", "from", "to", "what", "pages",
             "distinct", "zero", "changed");
  for (std::size_t i = 0; i < report.segments.size(); ++i) {
    const dumps::Segment& segment = report.segments[i];
    print_line(fmt::format("{:#x}", segment.start.value * kPageBytes),
               fmt::format("{:#x}", segment.end().value * kPageBytes), name_of(segment.role),
               report.counts.parts[i]);
  }
  print_line("all", "", "", report.counts.all);
  if (report.counts.vanished > 0) {
    fmt::print("  {} pages that the dump before had are gone\n", report.counts.vanished);
  }
  for (const std::string& remark : report.remarks) fmt::print("  remark: {}\n", remark);
}

int import_dump(const DumpArguments& options, const std::string& program) {
  const auto guests = guest_files(options.files, options.guest, options.interval);
  if (!guests) return unusable(guests.error());
  const auto base = parse_base(options.base);
  if (!base) return unusable(base.error());
  auto key = KeyFile::open(options.key);
  if (!key) return unusable(key.error());
  auto file = OutputFile::create(options.output, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return unusable(file.error());

  const std::uint64_t all = file_bytes(*guests);
  Progress progress("reading dumps");
  dumps::DumpImport import(
      key->key(),
      {.moments = import_options(options),
       .zeros = options.zeros == "absent" ? dumps::Zeros::absent : dumps::Zeros::present,
       .format = format_of(options.format),
       .raw_base = *base,
       .progress = [&progress, all](std::uint64_t bytes) { show_read(progress, bytes, all); }});
  const auto reports = import.read(dumped(*guests));
  if (!reports) return unusable(reports.error());
  traces::TraceHeader header = import.header();
  header.program = program;
  header.hashing = key->hashing();
  header.notes = how_dumped(options);
  if (auto r = write_import(import, header, *file, &*key, options); !r) return unusable(r.error());

  for (const dumps::DumpReport& report : *reports) print_dumps(report);
  fmt::print("{}: {}, {}, {}\n", options.output, counted(guests->size(), "guest"),
             counted(reports->size(), "dump"), counted(import.operations(), "operation"));
  fmt::print("hashing: {}\n", key->hashing());
  if (options.key.empty()) {
    fmt::print(
        "  (another import of these files has other hashes, so the two cannot be compared; "
        "--key FILE keeps the key)\n");
  }
  return kDone;
}

}  // namespace

void add_import_dump(const Command& app, Command& import, Action& chosen) {
  auto options = std::make_shared<DumpArguments>();
  auto* sub = import.add_subcommand("dump", kAboutDump);
  add_moments_options(
      *sub, *options,
      "Dumps, - for standard input; NAME is the guest's, TIME when it was made (60, 5m). Between "
      "two "
      "dumps of a guest only pages that changed are written",
      "The secret under which pages are hashed: 192 random bytes. Made if it is not there. Imports "
      "under the same key can be compared, and give the same trace for the same input; keep it "
      "secret. Without it a key is drawn and forgotten");
  sub->add_option("--zeros", options->zeros,
                  "What a page of zeros is: present; or absent, as pages that the guest never "
                  "touched are, which a dump cannot tell apart")
      ->one_of({"present", "absent"})
      ->capture_default_str();
  sub->add_option("--format", options->format,
                  "How dumps are written; auto: ELF, or raw if there is no signature of another "
                  "format, which is refused")
      ->one_of({"auto", "elf", "raw"})
      ->capture_default_str();
  sub->add_option("--base", options->base, "The physical address at which raw images begin")
      ->type_name("ADDRESS")
      ->capture_default_str();
  sub->callback([&app, &chosen, options] {
    chosen = [&app, options] { return import_dump(*options, app.version()); };
  });
}

}  // namespace ksmsim::cli
