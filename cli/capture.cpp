// ksmsim capture: guests that run now become a trace.
#include <fmt/format.h>
#include <sys/prctl.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/capture_report.hpp"
#include "cli/command_line/amounts.hpp"
#include "cli/commands.hpp"
#include "cli/key_file.hpp"
#include "cli/placement_names.hpp"
#include "cli/progress.hpp"
#include "live/capture/capture.hpp"
#include "live/capture/growing_trace.hpp"
#include "live/machine.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::cli {
namespace {

namespace capture = live::capture;

constexpr Duration kInterval = std::chrono::seconds(10);
constexpr Duration kShortest = std::chrono::milliseconds(1);
constexpr Duration kLongest = std::chrono::hours(24 * 366 * 10);
constexpr std::int64_t kLargest = std::int64_t{1} << 60;

struct CaptureArguments {
  std::vector<int> processes;
  bool qemu = false, libvirt = false, assume_mergeable = false, once = false, force = false;
  std::string libvirt_folder = capture::Wanted().libvirt_folder;
  std::int64_t least_bytes = 1 << 20;
  std::optional<Duration> interval, length;
  std::string output, key, hash = "xxh3";
  std::string placement = "spread";
  unsigned cpu_percent = 100;
};

constexpr const char* kAboutCapture =
    "Record guests that run now as a trace: which of their pages are equal, zero, swapped or huge, "
    "and when they change. It only looks: no page is faulted in, no guest is stopped, and KSM need "
    "not be switched on. Pages are hashed; what they hold is not kept.\n"
    "  ksmsim capture --qemu --for 10m -o guests.bin    # all QEMU guests, every 10 s\n"
    "  ksmsim capture --pid 4711 --once -o now.bin      # one moment of one process\n"
    "  ksmsim capture --pid 4711 --assume-mergeable --for 5m -o what-if.bin\n"
    "Without --for it goes on until ctrl-C; the trace is whole at any time.";

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  const auto whole = [&error](const std::string& path) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
  };
  return whole(a) == whole(b);
}

// The word as a shell takes it.
std::string quoted(const std::string& word) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+@%:,";
  if (word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

Result<capture::CaptureOptions> capture_options(const CaptureArguments& options) {
  capture::CaptureOptions wanted;
  wanted.wanted.qemu = options.qemu;
  wanted.wanted.libvirt = options.libvirt;
  wanted.wanted.libvirt_folder = options.libvirt_folder;
  wanted.wanted.processes.assign(options.processes.begin(), options.processes.end());
  if (!options.qemu && !options.libvirt && options.processes.empty()) {
    return Error{"which guests? --qemu, --libvirt or --pid NUMBER"};
  }
  if (options.output.empty()) return Error{"into which file? --output FILE, as guests.bin"};
  if (!options.key.empty() && same_file(options.key, options.output)) {
    return Error{"--key and --output are the same file: " + options.output};
  }
  wanted.choice.assume_mergeable = options.assume_mergeable;
  const auto least = static_cast<std::uint64_t>(options.least_bytes);
  wanted.choice.least = PageCount{(least + kPageBytes - 1) / kPageBytes};
  wanted.interval = options.interval.value_or(kInterval);
  wanted.length = options.length;
  wanted.once = options.once;
  wanted.cpu_percent = options.cpu_percent;
  wanted.course.placement = placement_of(options.placement);
  return wanted;
}

void show(Progress& progress, const capture::CaptureReport& now, double part,
          const std::optional<Duration>& length) {
  const double seconds = static_cast<double>(now.length.count()) / 1e9;
  if (length) part = seconds / (static_cast<double>(length->count()) / 1e9);
  progress.update(
      part, fmt::format("sweep {}, {}, {:.1f} GiB/s, {} pages changed", now.sweeps + 1,
                        counted(now.running, "guest"), gib_per_second(now), now.changed_pages));
}

// The command that predicts what this trace leads to, on the kernel that runs here, which the trace
// names; or, where its rules are not known, on the usual one.
std::string predicting_command(const CaptureArguments& options,
                               const capture::CaptureReport& report) {
  std::string command = "ksmsim --trace " + quoted(options.output);
  if (!report.host_merged) command += " --set run=1";
  const std::string release = live::kernel_release();
  if (ksm::traits_of(release) && !ksm::is_newer_than_known(release)) return command;
  return fmt::format("{}\n  (for Linux {}: what {} does is not known)", command,
                     ksm::traits_of_host(release).kernel, release);
}

int run_capture(const CaptureArguments& options, const std::string& program) {
  const auto wanted = capture_options(options);
  if (!wanted) return unusable(wanted.error());
  auto key = KeyFile::open(options.key);
  if (!key) return unusable(key.error());
  const auto hash = options.hash == "blake2b" ? traces::PageHash::blake2b : traces::PageHash::xxh3;
  const traces::PageHasher hasher(key->key(), hash);
  auto guests = capture::Capture::open(*wanted, hasher);
  if (!guests) return unusable(guests.error());
  auto trace = capture::GrowingTrace::create(
      options.output, options.force ? capture::Replace::yes : capture::Replace::no);
  if (!trace) return unusable(trace.error());
  traces::TraceHeader header = guests->header();
  header.program = program;
  header.hashing = key->hashing(hash);
  header.notes = how_captured(options.placement, wanted->course.grain, options.assume_mergeable);
  if (auto r = trace->begin(header); !r) return unusable(r.error());
  // The trace is of no use to others without it, so it is there first.
  if (auto r = key->save(); !r) return unusable(r.error());
  // A dump of this process would hold pages of guests, and the key.
  prctl(PR_SET_DUMPABLE, 0);

  const auto report = [&] {
    Progress progress("capturing");
    return guests->run(
        {.sink = [&trace](const input::TimedOperation& timed) { return trace->add(timed); },
         .swept = [&trace] { return trace->commit(); },
         .progress =
             [&progress, &wanted](const capture::CaptureReport& now, double part) {
               show(progress, now, part, wanted->once ? std::nullopt : wanted->length);
             }});
  }();
  if (!report) {
    if (trace->bytes() == 0) key->remove();
    return unusable(report.error());
  }
  print_capture(*report, options.output, trace->bytes());
  fmt::print("hashing: {}\n", header.hashing);
  fmt::print("to predict what KSM does with it:\n  {}\n", predicting_command(options, *report));
  return kDone;
}

}  // namespace

void add_capture(Command& app, Action& chosen) {
  auto options = std::make_shared<CaptureArguments>();
  auto* command = app.add_subcommand("capture", kAboutCapture);
  command->add_flag("--qemu", options->qemu,
                    "All QEMU processes, also those that start meanwhile; called as their -name");
  command->add_flag("--libvirt", options->libvirt,
                    "All guests of libvirt that run, also those that start meanwhile");
  command
      ->add_option("--libvirt-folder", options->libvirt_folder,
                   "Where libvirt keeps NAME.pid and NAME.xml of guests that run")
      ->type_name("DIR")
      ->capture_default_str();
  command->add_option("--pid", options->processes, "These processes, whatever they are")
      ->type_name("NUMBER")
      ->within(1, 1 << 22);
  command->add_flag("--assume-mergeable", options->assume_mergeable,
                    "Also private anonymous regions that are not mergeable yet, as if "
                    "PR_SET_MEMORY_MERGE were set: for containers, and QEMU with mem-merge=off");
  add_amount_option(*command, "--min-size", "Smaller regions are left out of --assume-mergeable",
                    {{units::kByte, units::kByte}, 0, kLargest},
                    [options](std::int64_t bytes) { options->least_bytes = bytes; })
      ->default_str("1M");
  add_time_option(*command, "--interval",
                  "From the beginning of one sweep to that of the next; longer where a sweep takes "
                  "longer",
                  times(kShortest, kLongest), options->interval)
      ->default_str("10s");
  auto* length = add_time_option(*command, "--for", "How long (10m); else until ctrl-C",
                                 times(kShortest, kLongest), options->length);
  command->add_flag("--once", options->once, "One sweep: the state of one moment")
      ->excludes(length);
  command->add_option("-o,--output", options->output, "The trace to write (mode 0600)")
      ->type_name("FILE");
  command
      ->add_option("--key", options->key,
                   "The secret under which pages are hashed: 192 random bytes. Made if it is not "
                   "there. Captures and dumps under the same key can be compared; keep it secret. "
                   "Without it a key is drawn and forgotten")
      ->type_name("FILE");
  command
      ->add_option("--hash", options->hash,
                   "xxh3: as fast as memory; blake2b: slower, for traces that go to people who "
                   "might attack the hash")
      ->one_of({"xxh3", "blake2b"})
      ->capture_default_str();
  command
      ->add_option("--placement", options->placement,
                   "Where between two looks at its page a change is put")
      ->one_of(kPlacementNames)
      ->capture_default_str();
  add_amount_option(
      *command, "--max-cpu", "At most so much of one core",
      {{units::kPercent, units::kPercent}, 1, 100},
      [options](std::int64_t percent) { options->cpu_percent = static_cast<unsigned>(percent); })
      ->default_str("100");
  command->add_flag("--force", options->force, "Write over a file that is there");
  command->callback([&app, options, &chosen] {
    chosen = [&app, options] { return run_capture(*options, app.version()); };
  });
}

}  // namespace ksmsim::cli
