#include "cli/trace_info.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/files.hpp"
#include "traces/text.hpp"

namespace ksmsim::cli {
namespace {

using traces::TraceHeader;
using traces::TraceSummary;

std::string pages_text(std::uint64_t pages) {
  return fmt::format("{} pages ({:.1f} MiB)", pages,
                     static_cast<double>(pages) * static_cast<double>(kPageBytes) / (1 << 20));
}

std::vector<std::uint64_t> guest_pages(const TraceHeader& header) {
  std::vector<std::uint64_t> pages(header.guests.size());
  for (const auto& region : header.regions) pages[region.guest] += region.count.value;
  return pages;
}

// The text without what would break the line or the terminal.
std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

}  // namespace

std::string good_text(const traces::Good& good) {
  return fmt::format("{} blocks, {} operations, {} s to {} s, {} bytes", good.blocks,
                     good.operations, traces::seconds_text(good.first),
                     traces::seconds_text(good.last), good.bytes);
}

std::string info_text(const TraceHeader& header, const TraceSummary& summary, std::uint64_t hash) {
  fmt::memory_buffer text;
  const auto line = [&text](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    fmt::format_to(std::back_inserter(text), "{:<12}{}\n", key, on_one_line(value));
  };
  const traces::Good& good = summary.good;
  line("program", header.program);
  line("host", header.host);
  line("kernel", header.kernel);
  line("hashing", header.hashing);
  line("notes", header.notes);
  line("file", fmt::format("{} bytes, {} blocks, XXH3 {:016x}", good.bytes, good.blocks, hash));
  line("time", fmt::format("{} s to {} s", traces::seconds_text(good.first),
                           traces::seconds_text(good.last)));
  line("memory", fmt::format("{} address spaces; most that is mapped at one time: {}",
                             summary.address_spaces, pages_text(summary.mapped_pages_most)));
  const auto pages = guest_pages(header);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    line("guest", fmt::format("{}: {}", header.guests[i].name, pages_text(pages[i])));
  }
  for (const auto& region : header.regions) {
    line("region",
         fmt::format("{} of {}: {} from page {}", region.role, header.guests[region.guest].name,
                     pages_text(region.count.value), region.start.value));
  }
  for (std::size_t i = 0; i < header.classes.size(); ++i) {
    line("class",
         fmt::format("{}: {} written", header.classes[i], pages_text(summary.class_pages[i])));
  }
  line("zero pages", fmt::format("{} written", pages_text(summary.zero_pages_written)));
  line("operations", fmt::format("{}", good.operations));
  for (const auto& kind : summary.kinds) {
    fmt::format_to(std::back_inserter(text), "  {:<10}{:>12}", kind.verb, kind.operations);
    if (kind.pages > 0) fmt::format_to(std::back_inserter(text), "  {}", pages_text(kind.pages));
    text.push_back('\n');
  }
  return fmt::to_string(text);
}

std::string info_json(const TraceHeader& header, const TraceSummary& summary, std::uint64_t hash) {
  using Json = nlohmann::ordered_json;
  const traces::Good& good = summary.good;
  Json json;
  json["program"] = header.program;
  json["host"] = header.host;
  json["kernel"] = header.kernel;
  json["hashing"] = header.hashing;
  json["notes"] = header.notes;
  json["page_bytes"] = header.page_bytes;
  json["time_unit_ns"] = header.time_unit_ns;
  json["block_bytes"] = header.block_bytes;
  json["bytes"] = good.bytes;
  json["blocks"] = good.blocks;
  json["xxh3"] = fmt::format("{:016x}", hash);
  json["first_ns"] = nanoseconds(good.first);
  json["last_ns"] = nanoseconds(good.last);
  json["address_spaces"] = summary.address_spaces;
  json["mapped_pages_most"] = summary.mapped_pages_most;
  json["zero_pages_written"] = summary.zero_pages_written;
  json["guests"] = Json::array();
  for (const auto& guest : header.guests) json["guests"].push_back({{"name", guest.name}});
  json["regions"] = Json::array();
  for (const auto& region : header.regions) {
    json["regions"].push_back({{"guest", region.guest},
                               {"role", region.role},
                               {"start_page", region.start.value},
                               {"pages", region.count.value}});
  }
  json["classes"] = Json::array();
  for (std::size_t i = 0; i < header.classes.size(); ++i) {
    json["classes"].push_back(
        {{"name", header.classes[i]}, {"pages_written", summary.class_pages[i]}});
  }
  json["operations"] = good.operations;
  json["kinds"] = Json::object();
  for (const auto& kind : summary.kinds) {
    json["kinds"][kind.verb] = {{"operations", kind.operations}, {"pages", kind.pages}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<std::uint64_t> hash_file(const std::string& path) {
  auto in = open_input(path);
  if (!in) return in.error();
  const std::unique_ptr<XXH3_state_t, FreeState> state{XXH3_createState()};
  XXH3_64bits_reset(state.get());
  std::array<char, 1 << 16> chunk;
  do {
    (*in)->read(chunk.data(), chunk.size());
    XXH3_64bits_update(state.get(), chunk.data(), static_cast<std::size_t>((*in)->gcount()));
  } while (**in);
  if ((*in)->bad()) return Error{"cannot be read"}.in(path);
  return XXH3_64bits_digest(state.get());
}

}  // namespace ksmsim::cli
