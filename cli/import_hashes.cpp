// ksmsim import hashes: lists of page hashes become a trace.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/import_commands.hpp"
#include "cli/import_writing.hpp"
#include "cli/moment_files.hpp"
#include "traces/hash_lists/importer.hpp"
#include "traces/text.hpp"

namespace ksmsim::cli {
namespace {

namespace hash_lists = traces::hash_lists;

struct HashesArguments : MomentsOptions {
  std::string base = "16";
  std::string zero;
};

constexpr const char* kAboutHashes =
    "Make a trace of lists of page hashes: a line is HASH, or INDEX HASH (INDEX,HASH) with the "
    "index of the page, ascending; pages without index count from 0. # begins a comment. Lines "
    "'guest NAME' and 'at SECONDS' say whose pages follow and when; pages that a list with indexes "
    "leaves out are not present. A hash has at most 64 hexadecimal digits; those of more than 64 "
    "bits are hashed down to that.\n"
    "What is packed by zstd, gzip or xz is read as it is.\n"
    "  ksmsim import hashes web.txt db.txt.gz --zero 620f0b67a91f7f74151bc5be745b7110 -o "
    "guests.bin\n"
    "  ksmsim import hashes --base 10 --guest laptop --interval 30m day/*.txt -o laptop.bin";

std::vector<hash_lists::List> lists(const std::vector<GuestFiles>& guests) {
  std::vector<hash_lists::List> all;
  for (const GuestFiles& guest : guests) {
    for (const MomentFile& file : guest.files) {
      const std::string& path = file.path;
      all.push_back(
          {guest.name, file.at, path == "-" ? "standard input" : path,
           [path]() -> Result<std::unique_ptr<std::istream>> { return open_input(path); }});
    }
  }
  return all;
}

std::string hashing(const HashesArguments& options, const KeyFile* key) {
  std::string text = "hashes as they were listed (of more than 64 bits: their XXH3)";
  if (key != nullptr) text = "XXH3 of the listed hashes, under key " + key->key().fingerprint();
  return text + (options.zero.empty() ? "" : "; 0: a page of zeros, listed as " + options.zero);
}

std::string how_listed(const HashesArguments& options) {
  return fmt::format(
      "lists of page hashes; changes placed {} on multiples of {}; the order of contents is "
      "that of their hashes",
      options.placement.placement, grain_text(options.placement));
}

void print_lists(const std::vector<hash_lists::ListReport>& reports, std::uint64_t moments) {
  std::size_t width = 5;
  for (const auto& report : reports) width = std::max(width, report.guest.size());
  fmt::print("  {:<{}} {:>12} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "guest", width, "seconds",
             "pages", "distinct", "zero", "changed", "vanished");
  for (const auto& report : reports) {
    const auto& all = report.counts.all;
    fmt::print("  {:<{}} {:>12} {:>10} {:>10} {:>10} {:>10} {:>10}\n", report.guest, width,
               traces::seconds_text(report.at), all.present, all.distinct, all.zero, all.changed,
               report.counts.vanished);
  }
  if (moments > reports.size()) fmt::print("  and {} more\n", moments - reports.size());
}

int import_hashes(const HashesArguments& options, const std::string& program) {
  const auto guests = guest_files(options.files, options.guest, options.interval);
  if (!guests) return unusable(guests.error());
  const auto base =
      options.base == "10" ? hash_lists::Base::decimal : hash_lists::Base::hexadecimal;
  std::optional<hash_lists::Hash> zero;
  if (!options.zero.empty()) {
    const auto hash = hash_lists::parse_hash(options.zero, base);
    if (!hash) return unusable(hash.error().in("--zero"));
    zero = *hash;
  }
  std::optional<KeyFile> key;
  if (!options.key.empty()) {
    auto opened = KeyFile::open(options.key);
    if (!opened) return unusable(opened.error());
    key = std::move(*opened);
  }
  auto file = OutputFile::create(options.output, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return unusable(file.error());

  const std::uint64_t all = file_bytes(*guests);
  Progress progress("reading lists");
  hash_lists::ListImport import(
      {.moments = import_options(options),
       .base = base,
       .zero = zero,
       .key = key ? std::optional(key->key()) : std::nullopt,
       .progress = [&progress, all](std::uint64_t bytes) { show_read(progress, bytes, all); }});
  const auto reports = import.read(lists(*guests));
  if (!reports) return unusable(reports.error());
  KeyFile* const kept = key ? &*key : nullptr;
  traces::TraceHeader header = import.header();
  header.program = program;
  header.hashing = hashing(options, kept);
  header.notes = how_listed(options);
  if (auto r = write_import(import, header, *file, kept, options); !r) return unusable(r.error());

  print_lists(*reports, import.moments());
  fmt::print("{}: {}, {}, {}\n", options.output, counted(header.guests.size(), "guest"),
             counted(import.moments(), "moment"), counted(import.operations(), "operation"));
  fmt::print("hashing: {}\n", header.hashing);
  if (options.zero.empty()) {
    fmt::print(
        "remark: no page is known to be zero; --zero HASH says what the lists write for it\n");
  }
  return kDone;
}

}  // namespace

void add_import_hashes(const Command& app, Command& import, Action& chosen) {
  auto options = std::make_shared<HashesArguments>();
  auto* sub = import.add_subcommand("hashes", kAboutHashes);
  add_moments_options(
      *sub, *options,
      "Lists, - for standard input; NAME is the guest's and TIME when it was so (60, 5m), where "
      "the "
      "list itself does not say",
      "Hash the hashes once more under this secret of 192 random bytes (made if it is not there), "
      "so that they are not those of the list. Without it the same lists give the same trace");
  sub->add_option("--base", options->base, "How hashes are written: 16 (0x may lead them) or 10")
      ->one_of({"10", "16"})
      ->capture_default_str();
  sub->add_option("--zero", options->zero,
                  "The hash that the lists give a page of zeros; without it no page is known to be "
                  "zero")
      ->type_name("HASH");
  sub->callback([&app, &chosen, options] {
    chosen = [&app, options] { return import_hashes(*options, app.version()); };
  });
}

}  // namespace ksmsim::cli
