// ksmsim trace info|dump|compile|check: what a trace holds, to text and back, whether it is whole.
#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/trace_info.hpp"
#include "traces/summary.hpp"
#include "traces/text.hpp"
#include "traces/writer.hpp"

namespace ksmsim::cli {
namespace {

using traces::OnDamage;
using traces::TraceReader;

enum class As { text, json };

struct TraceArguments {
  std::string file, output;
  bool json = false, force = false, salvage = false;
};

Result<TraceReader> open_reader(const std::string& path, OnDamage on_damage = OnDamage::fail) {
  auto in = open_input(path);
  if (!in) return in.error();
  auto reader = TraceReader::open(*std::move(in), on_damage);
  if (!reader) return reader.error().in(path);
  return reader;
}

Result<traces::TraceSummary> summarise_file(TraceReader& reader, const std::string& path) {
  auto summary = traces::summarise(reader);
  if (!summary) return summary.error().in(path);
  return summary;
}

int info(const std::string& path, As as) {
  auto reader = open_reader(path);
  if (!reader) return unusable(reader.error());
  auto summary = summarise_file(*reader, path);
  if (!summary) return unusable(summary.error());
  auto hash = hash_file(path);
  if (!hash) return unusable(hash.error());
  std::cout << (as == As::json ? info_json(reader->header(), *summary, *hash)
                               : info_text(reader->header(), *summary, *hash));
  return kDone;
}

// Says how much is good, also of a damaged trace, and why no more.
int check(const std::string& path) {
  auto reader = open_reader(path, OnDamage::salvage);
  if (!reader) return unusable(reader.error());
  auto summary = summarise_file(*reader, path);
  if (!summary) return unusable(summary.error());
  const std::string good = good_text(summary->good);
  if (reader->damage()) {
    std::cout << path << ": good up to there: " << good << '\n';
    return unusable(reader->damage()->in(path));
  }
  std::cout << path << ": good: " << good << '\n';
  return kDone;
}

Result<void> dump_to(std::ostream& out, const std::string& path, OnDamage on_damage) {
  auto reader = open_reader(path, on_damage);
  if (!reader) return reader.error();
  traces::TextWriter text{out, reader->header()};
  while (true) {
    auto timed = reader->next();
    if (!timed) return timed.error().in(path);
    if (!*timed) break;
    text.add(**timed);
  }
  if (reader->damage()) {
    std::cerr << "ksmsim: " << reader->damage()->in(path).text
              << " (salvaged: " << good_text(reader->good()) << ")\n";
  }
  out.flush();
  if (!out) return Error{"the text cannot be written"};
  return {};
}

// Writes the output file by `write`, whole or not at all.
template <class Write>
int write_whole(const TraceArguments& options, Write write) {
  auto file = OutputFile::create(options.output, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return unusable(file.error());
  if (auto r = write(file->stream()); !r) return unusable(r.error());
  if (auto r = file->commit(); !r) return unusable(r.error());
  return kDone;
}

int dump(const TraceArguments& options) {
  const OnDamage on_damage = options.salvage ? OnDamage::salvage : OnDamage::fail;
  if (options.output.empty()) {
    // Read whole before anything is printed, so that a bad trace gives no half text.
    if (!options.salvage) {
      auto reader = open_reader(options.file);
      if (!reader) return unusable(reader.error());
      if (auto r = summarise_file(*reader, options.file); !r) return unusable(r.error());
    }
    const auto r = dump_to(std::cout, options.file, on_damage);
    return r ? kDone : unusable(r.error());
  }
  return write_whole(options,
                     [&](std::ostream& out) { return dump_to(out, options.file, on_damage); });
}

Result<void> compile_to(std::ostream& out, const std::string& path) {
  auto in = open_input(path);
  if (!in) return in.error();
  auto text = traces::TextReader::open(**in, path == "-" ? "standard input" : path);
  if (!text) return text.error();
  auto writer = traces::TraceWriter::create(out, text->header());
  if (!writer) return writer.error().in(path);
  while (true) {
    auto timed = text->next();
    if (!timed) return timed.error();
    if (!*timed) return writer->finish();
    if (auto r = writer->add(**timed); !r) return r.error().in(path);
  }
}

int compile(const TraceArguments& options) {
  return write_whole(options, [&](std::ostream& out) { return compile_to(out, options.file); });
}

}  // namespace

void add_trace(Command& app, Action& chosen) {
  auto* trace = app.add_subcommand("trace", "What a trace holds; to text and back");
  trace->require_subcommand(1, 1);
  auto options = std::make_shared<TraceArguments>();
  const auto command = [&](const char* name, const char* what, const char* file,
                           std::function<int()> action) {
    auto* sub = trace->add_subcommand(name, what);
    sub->add_option("FILE", options->file, file)->required();
    sub->callback([&chosen, action = std::move(action)] { chosen = action; });
    return sub;
  };
  const char* const kTrace = "The trace (guests.bin)";

  auto* sub = command("info", "Say what a trace holds", kTrace, [options] {
    return info(options->file, options->json ? As::json : As::text);
  });
  sub->add_flag("--json", options->json, "Print JSON");

  command("check", "Verify all of a trace and say how much of it is good", kTrace,
          [options] { return check(options->file); });

  sub = command("dump", "Write a trace as text", kTrace, [options] { return dump(*options); });
  sub->add_option("-o,--output", options->output, "Write to this file instead of standard output");
  sub->add_flag("--force", options->force, "Write over the output file");
  sub->add_flag("--salvage", options->salvage, "Take what is good of a damaged trace");

  sub = command("compile", "Make a trace from text", "The text, or - for standard input",
                [options] { return compile(*options); });
  sub->add_option("-o,--output", options->output, "The trace to write")->required();
  sub->add_flag("--force", options->force, "Write over the output file");
}

}  // namespace ksmsim::cli
